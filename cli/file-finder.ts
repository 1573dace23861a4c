import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Finds files by names that may be spelled otherwise than on this machine: Excel writes a letter with a mark as one character
 * (NFC), macOS names files with two (NFD). A file of exactly this name comes first. What is nowhere is given as it was asked
 * for.
 */
export function fileFinder(folder: string): (file: string) => Promise<string> {
  /** The names of the folder that was looked into last: lines of one folder follow each other, and a folder may be large. */
  let last: { folder: string; names: Map<string, string> } | undefined;

  const namesIn = async (parent: string): Promise<Map<string, string>> => {
    if (last?.folder !== parent) {
      const names = await readdir(parent).catch(() => []);
      last = { folder: parent, names: new Map(names.map((name) => [name.normalize('NFC'), name])) };
    }
    return last.names;
  };

  const find = async (file: string): Promise<string> => {
    const path = join(folder, file);
    if (await exists(path)) return path;
    const parent = dirname(file) === '.' ? folder : await find(dirname(file));
    const name = file.slice(dirname(file) === '.' ? 0 : dirname(file).length + 1);
    return join(parent, (await namesIn(parent)).get(name.normalize('NFC')) ?? name);
  };
  return find;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
