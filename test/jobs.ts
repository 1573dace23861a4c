import { randomUUID } from 'node:crypto';
import type { Job } from '../lambdas/core/change.ts';
import { DEFAULT_SERVICE_LIMITS } from '../lambdas/core/service-limits.ts';
import { UPLOAD_POLICIES } from '../lambdas/core/upload-policy.ts';
import { type AcceptStores, accept } from '../lambdas/flow/accept.ts';
import { type Processed, type ProcessStores, processJob } from '../lambdas/flow/process-job.ts';

/** Accepts a picture by Slack's API, and returns the job that an acknowledged upload leaves. */
export async function acceptedJob(
  userId: string,
  bytes: Uint8Array,
  stores: AcceptStores,
  uploadId: string = randomUUID(),
): Promise<Job> {
  const acceptedAt = new Date().toISOString();
  const done = await accept(
    { uploadId, userId, source: 'slack', policy: UPLOAD_POLICIES.slack, bytes, acceptedAt, retentionDays: 15 },
    stores,
  );
  if (!done.ok) throw new Error(done.refusal.code);
  return { uploadId, userId, number: done.value.number, source: 'slack', acceptedAt };
}

/** What the worker does with a job. */
export const workOn = (job: Job, stores: ProcessStores): Promise<Processed> =>
  processJob(job, { letterboxColour: '#000000', serviceLimits: DEFAULT_SERVICE_LIMITS }, stores);

/** A call at which a function dies. */
export const dies = async (): Promise<never> => {
  throw new Error('the function died');
};
