import type { HttpResponse } from './viewer-request.ts';

/** An answer that the edge keeps. */
export interface Kept {
  answer: HttpResponse;
  /** Path and query after the edge function: what an invalidation names. */
  uri: string;
  /** Milliseconds since 1970. */
  keptAtMs: number;
  freshUntilMs: number;
}

/** What one edge keeps, in memory: a restart begins with nothing, as a new edge does. */
export interface EdgeCache {
  get: (key: string) => Kept | undefined;
  /** To be had before the origin is asked. */
  mark: () => number;
  /** Keeps an answer, unless it was invalidated after the mark: then it may be what was to go. */
  keep: (key: string, kept: Kept, mark: number) => void;
  /** Drops what these invalidation paths name. */
  invalidate: (paths: readonly string[]) => void;
}

/** So many invalidations are remembered for answers that are under way. */
const MAX_REMEMBERED = 1_000;

/** Beyond that what was used longest ago goes, as at an edge that needs the room. */
const MAX_BYTES = 16 * 1024 * 1024;

export function edgeCache(maxBytes = MAX_BYTES): EdgeCache {
  // In the order of their last use.
  const all = new Map<string, Kept>();
  let bytes = 0;
  const invalidated: (readonly string[])[] = [];
  /** Invalidations that are no longer remembered. */
  let dropped = 0;
  const drop = (key: string) => {
    bytes -= all.get(key)?.answer.body.length ?? 0;
    all.delete(key);
  };
  return {
    get(key) {
      const kept = all.get(key);
      if (kept === undefined) return undefined;
      all.delete(key);
      all.set(key, kept);
      return kept;
    },
    mark: () => dropped + invalidated.length,
    keep(key, kept, mark) {
      drop(key);
      const isOld = mark < dropped || invalidated.slice(mark - dropped).some((paths) => isNamedIn(paths, kept.uri));
      if (isOld || kept.answer.body.length > maxBytes) return;
      all.set(key, kept);
      bytes += kept.answer.body.length;
      for (const oldest of all.keys()) {
        if (bytes <= maxBytes) break;
        drop(oldest);
      }
    },
    invalidate(paths) {
      for (const [key, { uri }] of all) if (isNamedIn(paths, uri)) drop(key);
      invalidated.push(paths);
      dropped += invalidated.splice(0, invalidated.length - MAX_REMEMBERED).length;
    },
  };
}

/** Keeps nothing: for those who debug. */
export const NO_CACHE: EdgeCache = {
  get: () => undefined,
  mark: () => 0,
  keep: () => undefined,
  invalidate: () => undefined,
};

const isNamedIn = (paths: readonly string[], uri: string): boolean => paths.some((path) => isNamed(path, uri));

/** A path as it is spelled, letters' case and query included, or with a star at its end ("What you need to know when invalidating"). */
export const isNamed = (path: string, uri: string): boolean =>
  path.endsWith('*') ? uri.startsWith(path.slice(0, -1)) : uri === path;
