import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the page's files go that carry a hash of themselves in their name, so that browsers may keep them. */
export const HASHED_FOLDER = 'assets';

const BUILDER = join(import.meta.dirname, 'build-page.ts');
const LOCK = resolve(import.meta.dirname, '../package-lock.json');

/**
 * Builds the page of the folder `source` into `folder`, unless that was done already from the same files.
 * @returns `folder`
 * @throws Error with Vite's words when the page does not build
 */
export async function pageBundle(source: string, folder: string): Promise<string> {
  const stamp = `${folder}.stamp`;
  const state = stateOf([...filesIn(source), BUILDER, LOCK]);
  if (existsSync(join(folder, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) {
    return folder;
  }
  await new Promise<void>((done, fail) => {
    execFile(process.execPath, [BUILDER, source, folder], (error, stdout, stderr) =>
      error ? fail(new Error(`the page does not build:\n${stdout}${stderr}`)) : done(),
    );
  });
  writeFileSync(stamp, state);
  return folder;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** What the files hold, and what they are called. */
function stateOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex');
}
