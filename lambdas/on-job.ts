import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Job } from './core/change.ts';
import { readServiceLimits } from './edge/read-service-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import { type Processed, processJob } from './flow/process-job.ts';
import type { MetricName } from './metric-names.ts';
import { dynamoClient, s3Client, snsClient } from './store/aws-clients.ts';
import { readJob } from './store/job-queue.ts';
import { photoEvents } from './store/photo-events.ts';
import { photoStore } from './store/photos.ts';
import { rawStore } from './store/raw-files.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measure, measureFault } from './telemetry.ts';

/** Entry: the worker. Takes jobs from SQS and reports those that must be delivered again. */
const env = readEnv(NEEDS.job);
const db = dynamoClient();
const s3 = s3Client();
const stores = {
  raw: rawStore(s3, env.rawBucket),
  users: userStore(db, env.usersTable),
  uploads: uploadStore(db, env.uploadsTable),
  photos: photoStore(s3, env.photosBucket),
  events: photoEvents(snsClient(), env.photoEventsTopicArn),
};
const options = { letterboxColour: env.letterboxColour, serviceLimits: readServiceLimits(env.serviceLimits) };
/** The metric for each end of a job. */
const STATE_METRIC = {
  published: 'Published',
  superseded: 'Superseded',
  refused: 'Refused',
  failed: 'Failed',
} as const satisfies Record<Processed['state'], MetricName>;
const batch = new BatchProcessor(EventType.SQS);

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { clearState: true }))
  // Answered message by message even if all of them fail: a throw would hide which and why.
  .handler((event: SQSEvent, context: Context) => {
    const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - STORING_MS;
    const handle = (record: SQSRecord) => work(record, deadlineMs);
    return processPartialResponse(event, handle, batch, { throwOnFullBatchFailure: false });
  });

/** The time for rendering and storing the pictures after the decode. */
const STORING_MS = 1_500;

async function work({ messageId, body }: SQSRecord, deadlineMs: number): Promise<void> {
  let job: Job | undefined;
  try {
    job = readJob(body);
    const startedMs = performance.now();
    const { state, reason } = await processJob(job, { ...options, deadlineMs }, stores);
    measure(job.source, {
      [STATE_METRIC[state]]: 1,
      ...(state === 'published' && { TimeToPublish: Date.now() - Date.parse(job.acceptedAt) }),
    });
    logger.info('processed', {
      upload_id: job.uploadId,
      user_id: job.userId,
      number: job.number,
      source: job.source,
      state,
      reason,
      took_ms: Math.round(performance.now() - startedMs),
    });
  } catch (error) {
    measureFault();
    logger.error('fault', { message_id: messageId, upload_id: job?.uploadId, error: error as Error });
    throw error;
  }
}
