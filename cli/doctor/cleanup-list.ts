import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Something that a run makes and must remove. It is on the list before it is made. */
export type ToRemove =
  | { kind: 'user'; screenName: string; userId?: string }
  /** `putAtMs`: when its first file was put, since 1970. */
  | { kind: 'import'; batch: string; putAtMs: number }
  | { kind: 'listener'; name: string }
  | { kind: 'dead-letter'; marker: string };

/**
 * What this and earlier runs must remove of a service, on disk: so a run that is stopped half-way leaves nothing behind
 * for good.
 */
export interface CleanupList {
  entries: () => ToRemove[];
  add: (entry: ToRemove) => void;
  /** Without `by` it removes the entry. */
  replace: (entry: ToRemove, by?: ToRemove) => void;
}

const DATA_FOLDER = process.env.HEADSHOT_DATA || join(import.meta.dirname, '..', '..', '.headshot');

/** @param owner whose list: a stack's name and region, or the laptop run */
export function cleanupList(owner: string, folder = resolve(DATA_FOLDER)): CleanupList {
  const file = join(folder, 'doctor', `${owner.replaceAll(/[^\w.-]+/g, '-')}.json`);
  const write = (entries: ToRemove[]): void => {
    if (entries.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(entries, undefined, 2), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  };
  const entries = (): ToRemove[] => {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  };
  return {
    entries,
    add: (entry) => write([...entries(), entry]),
    replace(entry, by) {
      const text = JSON.stringify(entry);
      write(entries().flatMap((one) => (JSON.stringify(one) !== text ? [one] : by === undefined ? [] : [by])));
    },
  };
}
