import type { ImportFile } from './core/import-batch.ts';
import { readImportKey } from './core/import-key.ts';
import { uploadIdOf } from './core/object-keys.ts';
import { DIRECT_PREFIX } from './core/ticket.ts';
import { CsvError } from './edge/imports/csv.ts';
import { readManifestPart } from './edge/imports/manifest.ts';
import { type CreatedObject, readS3Event } from './edge/imports/s3-event.ts';
import { readServiceLimits } from './edge/read-service-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import { NOT_STORABLE } from './flow/import-announce.ts';
import { listManifest, type ReadPart, readPart, startManifest } from './flow/import-manifest.ts';
import { type Imported, type ImportTerms, importPhoto } from './flow/import-photo.ts';
import { takeTicket } from './flow/take-ticket.ts';
import { queueEntry } from './queue-entry.ts';
import { dynamoClient, s3Client, sqsClient } from './store/aws-clients.ts';
import { batchStore } from './store/import-batches.ts';
import { importChanges } from './store/import-changes.ts';
import { importFiles } from './store/import-files.ts';
import { type IntakeMessage, intakeQueue, type ManifestPartMessage, readIntakeMessage } from './store/intake-queue.ts';
import { jobQueue } from './store/job-queue.ts';
import { isLasting } from './store/lasting.ts';
import { rawStore } from './store/raw-files.ts';
import { ticketStore } from './store/tickets.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measure, measureFault } from './telemetry.ts';

/**
 * Entry: files that come by S3. Takes S3's events about new files (by ticket or of an import), and its own messages
 * about the lines of manifests.
 */
const env = readEnv(NEEDS.import);
const { policies } = readServiceLimits(env.serviceLimits);
const retentionDays = Number(env.retentionDays);
const terms: ImportTerms = { policy: policies.import, retentionDays };
const db = dynamoClient();
const s3 = s3Client();
const sqs = sqsClient();
const stores = {
  files: importFiles(s3, env.importsBucket),
  raw: rawStore(s3, env.rawBucket),
  users: userStore(db, env.usersTable),
  importChanges: importChanges(db, env.usersTable),
  uploads: uploadStore(db, env.uploadsTable),
  tickets: ticketStore(db, env.uploadsTable),
  batches: batchStore(db, env.batchesTable, retentionDays),
  // Imports have their own queue, so that nobody who waits is behind them.
  jobs: jobQueue(sqs, env.bulkQueueUrl),
  intake: intakeQueue(sqs, env.intakeQueueUrl),
};
/** For files by ticket, for which somebody waits. */
const ticketStores = { ...stores, jobs: jobQueue(sqs, env.jobsQueueUrl) };

export const handler = queueEntry(async (body) => {
  const message: unknown = JSON.parse(body);
  const created = readS3Event(message);
  if (created === undefined) await takeOwn(readIntakeMessage(message));
  else for (const object of created) await takeObject(object);
});

async function takeObject(object: CreatedObject): Promise<void> {
  const { key, sequencer } = object;
  if (key.startsWith(DIRECT_PREFIX)) return takeDirect(object);
  const named = readImportKey(key);
  switch (named?.kind) {
    case 'photo':
      return takePhoto({ batch: named.batch, key, user: named.user, sequencer });
    case 'manifest': {
      const first = await startManifest({ batch: named.batch, key, sequencer }, stores);
      logger.info('manifest', { batch: named.batch, is_taken: first !== undefined });
      return first && takeOwn(first);
    }
    default:
      logger.info('no import', { key, kind: named?.kind });
  }
}

async function takeDirect(file: CreatedObject): Promise<void> {
  const startedMs = performance.now();
  const taken = await takeTicket(file, { policy: policies.v1, retentionDays }, ticketStores);
  if (taken.outcome === 'queued') measure('v1', { Accepted: 1 });
  if (taken.outcome === 'refused') measure('v1', { Refused: 1 });
  logger.info('came by ticket', {
    upload_id: uploadIdOf(file.key),
    source: 'v1',
    outcome: taken.outcome,
    ...(taken.outcome === 'refused' && { reason: taken.refusal.code }),
    took_ms: Math.round(performance.now() - startedMs),
  });
}

async function takeOwn(message: IntakeMessage): Promise<void> {
  const { batch, page } = { page: undefined, ...message };
  switch (message.kind) {
    case 'manifest-row': {
      const { kind: _, crop, named_at, ...row } = message;
      return takePhoto({ ...row, ...(crop && { crop }), ...(named_at !== undefined && { namedAt: named_at }) });
    }
    case 'manifest-part':
      return takePart(message);
    case 'manifest-listing':
      return logger.info('manifest listed', { batch, page, without_row: await listManifest(message, stores) });
  }
}

async function takePart(message: ManifestPartMessage): Promise<void> {
  const { batch, line } = message;
  const done = await readPart(message, readLines, stores);
  logger.info('manifest part', { batch, line, ...done });
  // Each has a row that says so. But something is longer than we thought possible, and somebody should look at it.
  if (done !== undefined && done.unstorable > 0) measureFault();
}

async function takePhoto(file: ImportFile): Promise<void> {
  const startedMs = performance.now();
  const done = await importOrRefuse(file);
  const { state, reason, uploadId, userId } = typeof done === 'string' ? { state: done } : done;
  if (state === 'queued') measure('import', { Accepted: 1 });
  if (state === 'refused') measure('import', { Refused: 1 });
  logger.info('imported', {
    batch: file.batch,
    user_id: userId,
    upload_id: uploadId,
    source: 'import',
    state,
    reason,
    took_ms: Math.round(performance.now() - startedMs),
  });
}

/** What DynamoDB or SQS will never accept ends with a row, like a picture that cannot be shown. */
async function importOrRefuse(file: ImportFile): Promise<Imported> {
  try {
    return await importPhoto(file, terms, stores);
  } catch (error) {
    if (!isLasting(error)) throw error;
    measureFault();
    logger.error('not storable', { batch: file.batch, error: error as Error });
    const done = { state: 'refused', reason: NOT_STORABLE } as const;
    await stores.batches.write({ ...file, ...done });
    return done;
  }
}

/** If a manifest is not CSV, its maker has to correct it. So that is a value, for the report. */
const readLines: ReadPart = (piece, start) => {
  try {
    const part = readManifestPart(piece, start);
    return { ok: true, ...(part && { part }) };
  } catch (error) {
    if (error instanceof CsvError) return { ok: false, problem: error.message };
    throw error;
  }
};
