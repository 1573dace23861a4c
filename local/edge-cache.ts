import type { HttpResponse } from './viewer-request.ts';

/** An answer that the edge keeps. */
export interface Kept {
  answer: HttpResponse;
  /** Path and query after the edge function, which an invalidation names. */
  uri: string;
  /** Milliseconds since 1970. */
  keptAtMs: number;
  freshUntilMs: number;
}

/** What one edge keeps, in memory: after a restart it is empty, like a new edge. */
export interface EdgeCache {
  get: (key: string) => Kept | undefined;
  /** To be taken before the origin is asked. */
  mark: () => number;
  /** Keeps an answer, unless an invalidation since the mark names it: then the answer may be the one to drop. */
  keep: (key: string, kept: Kept, mark: number) => void;
  /** Drops what these invalidation paths name. */
  invalidate: (paths: readonly string[]) => void;
}

/** How many invalidations are remembered, for answers under way. */
const MAX_REMEMBERED = 1_000;

/** What was used longest ago goes first, as at an edge that needs the room. */
const MAX_BYTES = 16 * 1024 * 1024;

export function edgeCache(maxBytes = MAX_BYTES): EdgeCache {
  // In the order of their last use.
  const all = new Map<string, Kept>();
  let bytes = 0;
  const invalidated: (readonly string[])[] = [];
  /** How many invalidations are not remembered any more. */
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

/** Keeps nothing, for debugging. */
export const NO_CACHE: EdgeCache = {
  get: () => undefined,
  mark: () => 0,
  keep: () => undefined,
  invalidate: () => undefined,
};

const isNamedIn = (paths: readonly string[], uri: string): boolean => paths.some((path) => isNamed(path, uri));

/**
 * A path is compared as spelled, with case and query, or ends with a star ("What you need to know when invalidating").
 */
export const isNamed = (path: string, uri: string): boolean =>
  path.endsWith('*') ? uri.startsWith(path.slice(0, -1)) : uri === path;
