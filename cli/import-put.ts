import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UPLOAD_POLICIES } from '../lambdas/core/upload-policy.ts';
import { findImportUser } from '../lambdas/flow/find-import-user.ts';
import { manifestKey } from '../lambdas/flow/import-manifest.ts';
import type { ImportConnection } from './connect-imports.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';
import type { ImportInput, InputFile } from './import-input.ts';
import type { Done } from './progress.ts';

/** What was done with a batch's files. */
export interface PutResult {
  put: number;
  /** There already, from an earlier run. */
  skipped: number;
  /** Too large to be sent, or missing. */
  notSent: number;
  /**
   * By key, objects that replace others whose rows have an outcome already: until a row has this ETag, it is of the one
   * before.
   */
  replaced: Map<string, { file: InputFile; etag: string }>;
}

interface PutOptions {
  concurrency: number;
  signal: AbortSignal;
  onDone: (done: Done) => void;
}

/**
 * Puts every file that is not there yet, and then the manifest, if there is one, which starts its batch. The rows and
 * objects tell what an earlier run has done, so nothing is remembered here.
 */
export async function putFiles(input: ImportInput, service: ImportConnection, options: PutOptions): Promise<PutResult> {
  const { batch, manifest } = input;
  const result: PutResult = { put: 0, skipped: 0, notSent: 0, replaced: new Map() };
  const done: Done = { files: 0, bytes: 0 };
  const folder = manifest === undefined ? 'imports' : 'manifests';
  const isFresh = (await service.files.list(`${folder}/${batch}/`)).keys.length === 0;
  const isIdle = isFresh || (await service.intake.depth()) === 0;
  const seen = new Set<string>();

  const putOne = async (file: InputFile): Promise<void> => {
    const bytes = await sizeOf(file);
    if (bytes === undefined || bytes > UPLOAD_POLICIES.import.maxBytes) result.notSent++;
    // A manifest may name a file for several users.
    else if (manifest === undefined || !seen.has(file.key)) {
      seen.add(file.key);
      const content = await readFile(file.path);
      const etag = `"${createHash('md5').update(content).digest('hex')}"`;
      const state = isFresh
        ? 'absent'
        : await putState({ file, etag, isIdle, isListed: manifest !== undefined }, service);
      if (state === 'there') result.skipped++;
      else {
        await service.files.put(file.key, content);
        result.put++;
        if (state === 'other' && manifest === undefined) result.replaced.set(file.key, { file, etag });
      }
    }
    done.files++;
    done.bytes += bytes ?? 0;
    options.onDone(done);
  };
  await forEachConcurrently(input.files(), options.concurrency, putOne, options.signal);
  if (manifest !== undefined && !options.signal.aborted) {
    await service.files.put(manifestKey(batch), await readFile(manifest));
  }
  return result;
}

const sizeOf = async ({ path, problem }: InputFile): Promise<number | undefined> => {
  if (problem !== undefined) return undefined;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
};

/** S3 usually notifies within seconds, but may take a minute or more. */
const ON_ITS_WAY_MS = 120_000;

interface FileToPut {
  file: InputFile;
  etag: string;
  isIdle: boolean;
  /** The file belongs to a manifest, whose lines are read when the manifest is put. */
  isListed: boolean;
}

/**
 * Whether these bytes were put and seen (`there`), nothing was (`absent`), or something that these bytes must replace
 * (`other`).
 */
async function putState(
  { file, etag, isIdle, isListed }: FileToPut,
  service: ImportConnection,
): Promise<'there' | 'absent' | 'other'> {
  const { batch, row } = await rowOf(file, service);
  if (row?.state === 'undone') return 'other';
  if (isListed) return (await service.files.head(file.key))?.etag === etag ? 'there' : 'absent';
  if (row === undefined) {
    const object = await service.files.head(file.key);
    if (object?.etag !== etag) return 'absent';
    // With nothing under way, nobody was told of it. A new object may not be in the queue yet.
    const isOld = Date.now() - Date.parse(object.lastModified) > ON_ITS_WAY_MS;
    return isIdle && isOld ? 'absent' : 'there';
  }
  if (row.etag !== etag) return 'other';
  if (row.state !== 'refused') {
    const upload = row.uploadId === undefined ? undefined : await service.uploads.get(row.uploadId);
    return upload?.state === 'failed' ? 'other' : 'there';
  }
  // An unknown user may exist by now. The picture itself is as bad as it was.
  const isUsers = /_user$/.test(row.reason ?? '') && row.reason !== 'duplicate_user';
  return isUsers && batch !== '' && (await findImportUser(file.user, service.users)).ok ? 'other' : 'there';
}

async function rowOf(file: InputFile, { batches }: ImportConnection) {
  const batch = file.key.split('/')[1] ?? '';
  return { batch, row: await batches.row({ ...file, batch }) };
}
