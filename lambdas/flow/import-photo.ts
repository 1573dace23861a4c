import {
  type BatchRow,
  comesBefore,
  type ImportFile,
  importUploadId,
  missingFile,
  paddedSequencer,
  type Rank,
  rankOf,
  rowId,
} from '../core/import-batch.ts';
import type { User } from '../core/user.ts';
import type { BatchClaim, StoredRow } from '../store/import-batch-item.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportChange, ImportChanges } from '../store/import-changes.ts';
import type { ImportFiles } from '../store/import-files.ts';
import { type AcceptStores, accept, type PhotoToAccept } from './accept.ts';
import { type FoundFile, findImportFile, findOwnFile } from './find-import-file.ts';
import { findImportUser } from './find-import-user.ts';

interface ImportStores extends AcceptStores {
  files: ImportFiles;
  batches: BatchStore;
  importChanges: ImportChanges;
}

/** The terms of the deployment for every import. */
export type ImportTerms = Pick<PhotoToAccept, 'policy' | 'retentionDays'>;

/** What became of an event or a line: the new state of its row, or why the row stays. */
export type Imported = Pick<BatchRow, 'state' | 'reason' | 'userId' | 'uploadId'> | 'stale' | 'unchanged' | 'gone';

/**
 * Imports one file for one user, through the same `accept` as every upload. It may be called twice, late and out of
 * order: the object as it is now, its time, and the row decide.
 */
export async function importPhoto(file: ImportFile, terms: ImportTerms, stores: ImportStores): Promise<Imported> {
  const { files, batches, users } = stores;
  const { maxBytes } = terms.policy;
  const isLine = file.line !== undefined;
  // None needs another's answer. They may be of different moments: what matters is checked again by the writes.
  const [row, found, meant] = await Promise.all([
    batches.row(file),
    isLine ? findImportFile(file.key, maxBytes, files) : findOwnFile(file.key, maxBytes, files),
    findImportUser(file.user, users),
  ]);
  if (row !== undefined && isLater(row, file)) return 'stale';
  if (found === undefined && !isLine) return 'gone';
  // The row has the object's exact key, so that an erasure finds it.
  const named: ImportFile = { ...file, key: found?.key ?? file.key };
  const done = found === undefined ? noFile(file.key) : await takeIn(named, found, meant, row, terms, stores);
  if (done === 'unchanged') {
    // Only the event is newer. The row records it, so that older events stay stale.
    if (row !== undefined) await batches.write({ ...row, ...named });
    return done;
  }
  const seen = found && { etag: found.etag, objectAt: found.lastModified };
  return (await batches.write({ ...named, ...done, ...seen })) ? done : 'stale';
}

type Done = Pick<BatchRow, 'state' | 'reason' | 'userId' | 'uploadId'>;

/** A manifest's line without a file: it waits until the manifest is put again. */
const noFile = (key: string): Done => ({ state: 'waiting', reason: missingFile(key) });

/** Whether the row is from a later event of the key, or from the same user's earlier line in the same manifest. */
const isLater = (row: StoredRow, file: ImportFile): boolean =>
  row.sequencer > paddedSequencer(file.sequencer) ||
  (row.sequencer === paddedSequencer(file.sequencer) && (row.line ?? 0) < (file.line ?? 0));

async function takeIn(
  file: ImportFile,
  object: FoundFile,
  found: Awaited<ReturnType<typeof findImportUser>>,
  row: StoredRow | undefined,
  terms: ImportTerms,
  stores: ImportStores,
): Promise<Done | 'unchanged'> {
  if (!found.ok) return refusedRow(found.refusal.code);
  const user = found.value;
  if (isOlder(file.namedAt ?? object.lastModified, user)) return refusedRow('older-than-user');
  const uploadId = importUploadId(file, user.id, object);
  if (row !== undefined && (await isSame(row, file, uploadId, object.etag, user, stores))) return 'unchanged';
  if (object.content === undefined) return refusedRow('too-many-bytes', user.id);

  const [before, claimed] = await Promise.all([
    stores.uploads.get(uploadId),
    stores.batches.claimOf(file.batch, user.id),
  ]);
  // Before the claim: a file that yields to a change by hand must not claim the user and so block a later file.
  if (before === undefined && (user.changedAt ?? '') >= object.lastModified) return yielding(user.id);

  const claim = await claimUser(file, user.id, uploadId, claimed, stores.batches);
  if (claim === 'lost') return refusedRow('duplicate-user', user.id);

  if (before !== undefined) {
    // An earlier try died before it wrote the row or sent the job.
    const { number, acceptedAt } = before;
    const job = { uploadId, userId: user.id, number, source: 'import', acceptedAt } as const;
    if (before.state === 'queued') await stores.jobs.send({ ...job, ...(file.crop && { crop: file.crop }) });
    return { state: 'queued', userId: user.id, uploadId };
  }
  // Known from the record that was just read. The write below would find it out only after the file was copied.
  if ((user.importedAt ?? '') > object.lastModified && !claim.ousted.includes(user.importedFrom ?? '')) {
    return yielding(user.id);
  }

  let why = yielding(user.id);
  const takeNumber = async (): Promise<number | undefined> => {
    const change = { at: object.lastModified, from: rowId(file), sequencer: file.sequencer };
    const number = await takeTurn(user.id, change, claim.ousted, stores);
    if (number === undefined) return undefined;
    // Another row may have taken the user over meanwhile. If it does so later, its number is higher.
    if ((await stores.batches.claimOf(file.batch, user.id))?.holder === rowId(file)) return number;
    why = refusedRow('duplicate-user', user.id);
    return undefined;
  };
  const done = await accept(
    {
      uploadId,
      userId: user.id,
      source: 'import',
      bytes: object.content,
      ...(file.crop && { crop: file.crop }),
      acceptedAt: new Date().toISOString(),
      ...terms,
      takeNumber,
    },
    stores,
  );
  if (done.ok) return { state: 'queued', userId: user.id, uploadId };
  // `accept` calls a missing number "inactive-user". `why` has the real reason.
  return done.refusal.code === 'inactive-user' ? why : refusedRow(done.refusal.code, user.id);
}

/** As many as fit into a condition, whose text DynamoDB limits to 4 KB. */
const MAX_OUSTED = 50;

/** Takes a number. Of many ousted rows, it compares only the one that the record names. */
async function takeTurn(
  userId: string,
  change: Omit<ImportChange, 'ousted'>,
  ousted: string[],
  { importChanges, users }: ImportStores,
): Promise<number | undefined> {
  if (ousted.length <= MAX_OUSTED) return importChanges.take(userId, { ...change, ousted });
  for (let attempt = 0, before: string | undefined; attempt < TRIES; attempt++) {
    const last = (await users.get(userId))?.importedFrom;
    const part = ousted.filter((row) => row === last);
    const number = await importChanges.take(userId, { ...change, ousted: part });
    // Unless another ousted row came in between, the answer would be the same again.
    if (number !== undefined || (attempt > 0 && last === before)) return number;
    before = last;
  }
  throw new Error(`user ${userId} changed ${TRIES} times while ${change.from} was being taken in`);
}

/**
 * If the user was created after being named, somebody else had the name then: an erasure frees names, and a former
 * owner's face must not reach the next one. S3 gives whole seconds. Within the same second the user came first, since a
 * name is free only a minute after its owner was stopped.
 */
const isOlder = (namedAt: string, { createdAt }: User): boolean =>
  Math.floor(Date.parse(namedAt) / 1_000) < Math.floor(Date.parse(createdAt) / 1_000);

const yielding = (userId: string): Done => ({ state: 'superseded', reason: 'newer_change', userId });

const refusedRow = (code: string, userId?: string): Done => ({
  state: 'refused',
  reason: code.replaceAll('-', '_'),
  ...(userId !== undefined && { userId }),
});

/**
 * Whether it is the same object again: by its id, or by its bytes, put again while nothing else was accepted for the
 * user. What was undone stays undone until the bytes are put again.
 */
async function isSame(
  row: StoredRow,
  file: ImportFile,
  uploadId: string,
  etag: string,
  user: User,
  { uploads }: ImportStores,
): Promise<boolean> {
  if (row.uploadId === undefined || row.userId !== user.id) return false;
  if (row.uploadId === uploadId) return row.state !== 'refused';
  if (row.state !== 'queued' || row.etag !== etag) return false;
  if (user.importedFrom !== rowId(file) || user.importedAt !== row.objectAt) return false;
  // Another crop box gives another id.
  if (importUploadId(file, user.id, { etag, lastModified: row.objectAt ?? '' }) !== row.uploadId) return false;
  // A person who puts a failed file again wants another try.
  return (await uploads.get(row.uploadId))?.state !== 'failed';
}

/** How often other rows of the batch may come in between a read and a write. */
const TRIES = 5;

/**
 * One file per user and batch: the row with the higher rank gets the user. Rows that lost the user to it are refused
 * each time, because an earlier try may have died before it did so.
 * @param read the claim, as read a moment ago
 */
async function claimUser(
  file: ImportFile,
  userId: string,
  uploadId: string,
  read: BatchClaim | undefined,
  batches: BatchStore,
): Promise<{ ousted: string[] } | 'lost'> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = attempt === 0 ? read : await batches.claimOf(file.batch, userId);
    const isOthers = before !== undefined && before.holder !== rowId(file);
    if (isOthers && comesBefore(await rankNow(before, file, batches), rankOf(file))) return 'lost';
    if (!(await batches.claim(file, userId, uploadId, before))) continue;
    const ousted = [...(before?.ousted ?? []), ...(isOthers ? [before.holder] : [])];
    for (const row of ousted) await batches.refuse(file.batch, row, 'duplicate_user');
    return { ousted };
  }
  throw new Error(`user ${userId} was claimed ${TRIES} times while ${file.key} was being taken in`);
}

/**
 * A claim made for an earlier manifest may hold for the present one, too. Its row says so, since every line is
 * announced before any later one is processed. Otherwise a user's photo would change to and fro whenever a manifest is
 * put again.
 */
async function rankNow(claim: BatchClaim, file: ImportFile, batches: BatchStore): Promise<Rank> {
  const mine = rankOf(file);
  if (claim.rank.manifest >= mine.manifest) return claim.rank;
  const row = await batches.rowById(file.batch, claim.holder);
  return row === undefined || row.sequencer !== mine.manifest ? claim.rank : rankOf(row);
}
