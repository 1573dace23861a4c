import { opendir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { rowId } from '../lambdas/core/import-batch.ts';
import { BATCH_NAME, readImportKey } from '../lambdas/core/import-key.ts';
import { lineRow, MAX_OBJECT_KEY_BYTES, rowProblem } from '../lambdas/core/row-bounds.ts';
import { type ManifestColumns, readManifestPart } from '../lambdas/edge/imports/manifest.ts';
import { cannotRead } from './cannot-read.ts';
import { csvPieces } from './csv-pieces.ts';
import { UserError } from './user-error.ts';

/** What is to be imported: a folder whose files are named for users, or a manifest and the files that it names. */
export interface ImportInput {
  batch: string;
  /** The manifest's path; absent for a folder. */
  manifest?: string;
  /** Each file for each user, once for each call; nothing is kept. */
  files: () => AsyncGenerator<InputFile>;
}

export interface InputFile {
  /** On this machine. */
  path: string;
  /** Its key in the imports bucket. */
  key: string;
  user: string;
  line?: number;
  /** Why the service will not get it, or has no use for it. */
  problem?: string;
  /** What the report calls it, where that is not the file and the user. */
  shown?: { file: string; user: string };
}

/** @throws UserError when there is no such folder or file, or the batch's name is invalid */
export async function importInput(given: string, batchGiven: string | undefined): Promise<ImportInput> {
  const path = resolve(given);
  const found = await stat(path).catch(cannotRead(given));
  const folder = found.isDirectory() ? path : dirname(path);
  const batch =
    batchGiven ??
    basename(folder)
      .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '');
  if (!BATCH_NAME.test(batch)) {
    throw new UserError(
      `${JSON.stringify(batch)} is not a batch name (1 to 64 letters, digits, . _ -); name it with --batch`,
    );
  }
  if (found.isDirectory()) return { batch, files: () => folderFiles(path, path, batch) };
  return { batch, manifest: path, files: () => manifestFiles(path, batch) };
}

/** Every file in a folder, except what operating systems leave there. */
async function* folderFiles(root: string, folder: string, batch: string): AsyncGenerator<InputFile> {
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith('.') || /^(Thumbs\.db|desktop\.ini)$/i.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* folderFiles(root, path, batch);
    else if (entry.isFile()) {
      const key = `imports/${batch}/${relative(root, path).split(sep).join('/')}`;
      const named = readImportKey(key);
      if (named?.kind !== 'photo') continue;
      const isTooLong = Buffer.byteLength(key) > MAX_OBJECT_KEY_BYTES;
      yield { path, key, user: named.user, ...(isTooLong && { problem: 'file_too_long' }) };
    }
  }
}

async function* manifestFiles(manifest: string, batch: string): AsyncGenerator<InputFile> {
  let columns: ManifestColumns | undefined;
  let line = 1;
  const parts = csvPieces(manifest, (piece, end) => {
    const part = readManifestPart(piece, { ...(columns && { columns }), line, ...end });
    columns = part?.columns;
    line += part?.lines ?? 0;
    return part;
  });
  const find = fileFinder(dirname(manifest));
  const seen = new Set<string>();
  let rowsRead = 0;
  for await (const { rows } of parts) {
    rowsRead += rows.length;
    for (const row of rows) {
      const file = { key: `manifests/${batch}/${row.file}`, user: row.user, line: row.line };
      const problem = 'problem' in row ? row.problem : (rowProblem(file) ?? twice(rowId(file), seen));
      if (problem === undefined) yield { ...file, path: await find(row.file) };
      else yield { ...file, path: '', problem, shown: lineRow(row.line, row.file, row.user) };
    }
  }
  if (rowsRead === 0) throw new UserError(`${manifest}: there are no lines below the header`);
}

/** The same file for the same user is on an earlier line. */
function twice(row: string, seen: Set<string>): 'duplicate_row' | undefined {
  if (seen.has(row)) return 'duplicate_row';
  seen.add(row);
  return undefined;
}

/**
 * Finds files by names that may be spelled differently on this machine: Excel writes an accented letter as one
 * character (NFC), macOS names files with two (NFD), and folders may be in either form. A file of exactly this name
 * comes first. A name that is nowhere is returned as it was given.
 */
function fileFinder(root: string): (file: string) => Promise<string> {
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
