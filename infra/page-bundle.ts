import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { HASHED_FOLDER } from './hashed-folder.ts';

/** The files that the document names: one style sheet, one script, and the icon, which is copied. */
const ENTRIES = ['style/page.css', 'main.ts', 'icon.svg'];

/**
 * Builds the page in the folder `source` into `folder`: `index.html`, and under `assets/` what it loads. Unchanged
 * files are left alone, new ones appear whole, and files of an older page are deleted.
 * @returns `folder`
 * @throws Error with esbuild's message if the page does not build, or if the document names a file that is not built
 */
export async function pageBundle(source: string, folder: string): Promise<string> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: source,
    entryPoints: ENTRIES,
    outdir: folder,
    entryNames: `${HASHED_FOLDER}/[name]-[hash]`,
    chunkNames: `${HASHED_FOLDER}/[name]-[hash]`,
    bundle: true,
    // Code that is not always needed gets a file of its own.
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    charset: 'utf8',
    loader: { '.svg': 'copy' },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const built = new Map(
    Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [
      entryPoint,
      relative(folder, join(source, path)),
    ]),
  );
  const document = readFileSync(join(source, 'index.html'), 'utf8').replaceAll(
    /(src|href)="\.\/([^"]+)"/g,
    (_, attribute, name) => {
      const file = built.get(name);
      if (file === undefined)
        throw new Error(`the page does not build: index.html names ./${name}, which is not built`);
      return `${attribute}="/${file}"`;
    },
  );
  writeFolder(folder, outputFiles, document);
  return folder;
}

function writeFolder(folder: string, outputFiles: OutputFile[], document: string): void {
  const files = new Map([
    // The document comes last, so that the files it names are there.
    ...outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)] as const),
    [join(folder, 'index.html'), Buffer.from(document)] as const,
  ]);
  for (const [file, bytes] of files) writeWhole(file, bytes, join(dirname(folder), `.fresh-page-${process.pid}`));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(file)) rmSync(file, { force: true });
  }
}

/**
 * @param fresh where it is written first: outside of the deployed folder, so that a half-written file is never in it
 */
function writeWhole(file: string, bytes: Buffer, fresh: string): void {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(fresh, bytes);
  renameSync(fresh, file);
}
