import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** Written by whoever it is and whenever, the archive is the same: the least date that one can name. */
const WRITTEN = new Date(1980, 0, 1);
/** The files' rights, for everybody to read: Lambda opens a layer as another user. The host system is Unix (APPNOTE 4.4.2.2). */
const READABLE = { os: 3, attrs: 0o100644 * 2 ** 16, mtime: WRITTEN };

/** A zip archive of every file below `folder`, named from there. */
export function zipFolder(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const named: Zippable = Object.fromEntries(
    files.map((file) => [relative(folder, file).replaceAll(sep, '/'), [readFileSync(file), READABLE]]),
  );
  return zipSync(named, { level: 9 });
}
