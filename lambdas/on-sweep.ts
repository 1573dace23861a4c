import type { SweepCursor } from './core/sweep-cursor.ts';
import { NEEDS, readEnv } from './env.ts';
import { eraseFirstPass, eraseSecondPass } from './flow/erase.ts';
import { invalidateCdn } from './flow/invalidate-cdn.ts';
import { MIN_AGE_HOURS, sweep } from './flow/sweep.ts';
import { queueEntry } from './queue-entry.ts';
import { cloudFrontClient, dynamoClient, s3Client, snsClient, sqsClient } from './store/aws-clients.ts';
import { photoCdn } from './store/cdn.ts';
import { credentialStore } from './store/credentials.ts';
import { batchStore } from './store/import-batches.ts';
import { importFiles } from './store/import-files.ts';
import { limitStore } from './store/limits.ts';
import { photoEvents } from './store/photo-events.ts';
import { photoStore } from './store/photos.ts';
import { rawStore } from './store/raw-files.ts';
import { expiringTable } from './store/scan-page.ts';
import { readSweepMessage, sweepQueue, visibilitySeconds } from './store/sweep-queue.ts';
import { ticketStore } from './store/tickets.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measureSwept } from './telemetry.ts';

/**
 * Entry: the sweeper. Erases users, removes deleted photos from the CDN, and sweeps a part every day. One message each.
 */
const env = readEnv(NEEDS.sweep);
const db = dynamoClient();
const s3 = s3Client();
const sqs = sqsClient();
const stores = {
  users: userStore(db, env.usersTable),
  credentials: credentialStore(db, env.credentialsTable),
  uploads: uploadStore(db, env.uploadsTable),
  tickets: ticketStore(db, env.uploadsTable),
  batches: batchStore(db, env.batchesTable, Number(env.retentionDays)),
  raw: rawStore(s3, env.rawBucket),
  photos: photoStore(s3, env.photosBucket),
  files: importFiles(s3, env.importsBucket),
  events: photoEvents(snsClient(), env.photoEventsTopicArn),
  sweeps: sweepQueue(sqs, env.sweepsQueueUrl),
  limits: limitStore(db, env.limitsTable),
  cdn: photoCdn(cloudFrontClient(), env.distributionId),
};
const sweepStores = {
  ...stores,
  batches: expiringTable(db, env.batchesTable, ['batch', 'file']),
  limits: expiringTable(db, env.limitsTable, ['id']),
  avatars: env.avatars === 'true',
};
/** Far less than the function's timeout, because the last page may take a while. */
const SWEEP_MS = 30_000;

export const handler = queueEntry(async (body) => {
  const message = readSweepMessage(body);
  if (message.kind === 'erase') await erase(message.userId, message.again);
  else if (message.kind === 'invalidate') await invalidatePhotos(message.userId, message.number);
  else await runSweep(message);
});

async function erase(userId: string, again: boolean): Promise<void> {
  const waitSeconds = await visibilitySeconds(sqs, env.jobsQueueUrl);
  const removed = again ? await eraseSecondPass(userId, stores) : await eraseFirstPass(userId, waitSeconds, stores);
  logger.info('erased', { user_id: userId, again, is_due: removed !== undefined, ...removed });
}

async function invalidatePhotos(userId: string, number: number): Promise<void> {
  const isInvalidated = await invalidateCdn(userId, number, Date.now() / 1000, stores);
  logger.info('invalidated', { user_id: userId, number, is_invalidated: isInvalidated });
}

/** Continues by a message to itself: a table of any size is swept in pieces that fit into the function's timeout. */
async function runSweep(cursor: SweepCursor): Promise<void> {
  const terms = { untilMs: Date.now() + SWEEP_MS, olderThanMs: Date.now() - MIN_AGE_HOURS * 3_600_000 };
  const { swept, stoppedAt } = await sweep(cursor, terms, sweepStores);
  if (stoppedAt !== undefined) await stores.sweeps.sendSweep(stoppedAt);
  const { erasures, evicted, orphanVersions, orphanRawFiles, staleRows } = swept;
  measureSwept(erasures + evicted + orphanVersions + orphanRawFiles + staleRows);
  logger.info('swept', {
    erasures,
    evicted,
    orphan_versions: orphanVersions,
    orphan_raw_files: orphanRawFiles,
    stale_rows: staleRows,
    part: cursor.part,
    goes_on_at: stoppedAt?.step,
  });
}
