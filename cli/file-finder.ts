import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Finds files by names that may be spelled differently on this machine: Excel writes an accented letter as one
 * character (NFC), macOS names files with two (NFD), and folders may be in either form. A file of exactly this name
 * comes first. A name that is nowhere is returned as it was given.
 */
export function fileFinder(root: string): (file: string) => Promise<string> {
  /** The content of the folder last looked into: lines of one folder follow each other, and a folder may be large. */
  let last: { folder: string; names: Map<string, string[]> } | undefined;

  const namesIn = async (folder: string): Promise<Map<string, string[]>> => {
    if (last?.folder === folder) return last.names;
    const names = Map.groupBy(await readdir(folder).catch(() => []), (name) => name.normalize('NFC'));
    last = { folder, names };
    return names;
  };

  return async (file) => {
    const path = join(root, file);
    if (await exists(path)) return path;
    let found = [root];
    for (const name of file.split('/')) {
      const alike = found.map(async (folder) => {
        const names = (await namesIn(folder)).get(name.normalize('NFC')) ?? [];
        return names.map((one) => join(folder, one));
      });
      found = (await Promise.all(alike)).flat();
    }
    return found[0] ?? path;
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
