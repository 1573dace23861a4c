import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

/** The earliest possible date, so that the archive is the same whoever writes it and when. */
const WRITTEN = new Date(1980, 0, 1);
/** Readable for everybody, because Lambda opens a layer as another user. The host system is Unix (APPNOTE 4.4.2.2). */
const READABLE = { os: 3, attrs: 0o100644 * 2 ** 16, mtime: WRITTEN };

/** A zip archive of all files below `folder`, with relative names. */
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
