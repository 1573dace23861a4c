import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'vite';
import { HASHED_FOLDER } from './page-bundle.ts';

/**
 * Builds the page in the folder of the first argument into that of the second: `index.html`, and under `assets/` what it
 * loads. Files that would not change are left alone, and files of an older page are taken away.
 *
 * A process of its own (`page-bundle.ts` starts it), because Vite's native half does not take objects from the sandbox that
 * the tests run in.
 */
const [source = '', folder = ''] = process.argv.slice(2);
await buildPage();

async function buildPage(): Promise<void> {
  const built = await build({
    configFile: false,
    root: source,
    base: '/',
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      assetsDir: HASHED_FOLDER,
      // The page's policy lets nothing in that is not a file of its own.
      assetsInlineLimit: 0,
      modulePreload: false,
    },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('vite gave something else than one bundle');
  const files = new Map(
    built.output.map((file) => [file.fileName, Buffer.from(file.type === 'chunk' ? file.code : file.source)] as const),
  );
  for (const [name, bytes] of files) writeWhole(join(folder, name), bytes);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(relative(folder, file))) rmSync(file, { force: true });
  }
}

function writeWhole(file: string, bytes: Buffer): void {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  // Beside the folder that is deployed, so that a half-written file is never part of it.
  const fresh = join(dirname(folder), `.fresh-page-${process.pid}`);
  writeFileSync(fresh, bytes);
  renameSync(fresh, file);
}
