import { reportOf } from '../lambdas/flow/import-report.ts';
import type { ImportConnection } from './connect-imports.ts';
import { readDeadLetterWork } from './read-dead-letter.ts';

/**
 * How many messages of a batch are in dead-letter queues, so that nothing goes on with them by itself. Two cheap looks
 * when there are none at all.
 */
export async function deadLettersOf(batch: string, service: ImportConnection): Promise<number> {
  const { intake, bulk } = service.dead;
  let count = 0;
  if ((await intake.depth()) > 0) {
    for await (const { body } of intake.all()) if (isOfBatch(batch, body)) count++;
  }
  if ((await bulk.depth()) === 0) return count;
  const uploads = new Set<string>();
  for await (const { body } of bulk.all()) {
    const work = readDeadLetterWork('bulk', body);
    if (work.kind === 'photo') uploads.add(work.job.uploadId);
  }
  if (uploads.size === 0) return count;
  // A job does not name its batch; the batch's rows name their uploads.
  for await (const { upload_id, outcome } of reportOf(batch, service)) {
    if (outcome === 'queued' && uploads.has(upload_id)) count++;
  }
  return count;
}

function isOfBatch(batch: string, body: string): boolean {
  const work = readDeadLetterWork('intake', body);
  if (work.kind === 'manifest' || work.kind === 'manifest-row') return work.batch === batch;
  return work.kind === 'files' && work.keys.some((key) => key.split('/')[1] === batch);
}

/** What a person can do about them. */
export const deadLetterMessage = (count: number): string =>
  `${count} ${count === 1 ? 'message' : 'messages'} of this import failed at every try and will not go on by themselves; ` +
  'see: headshot dlq list; send them again: headshot dlq redrive --all';
