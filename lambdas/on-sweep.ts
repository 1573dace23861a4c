import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { NEEDS, readEnv } from './env.ts';
import { eraseAgain, eraseFirst } from './flow/erase.ts';
import { batchStore } from './store/batches.ts';
import { dynamoClient, s3Client, snsClient, sqsClient } from './store/clients.ts';
import { credentialStore } from './store/credentials.ts';
import { photoEvents } from './store/events.ts';
import { importFiles } from './store/import-files.ts';
import { photoStore } from './store/photos.ts';
import { rawStore } from './store/raw.ts';
import { readSweepMessage, sweepQueue, visibilitySeconds } from './store/sweeps.ts';
import { uploadStore } from './store/uploads.ts';
import { userStore } from './store/users.ts';
import { logger, measureFault } from './telemetry.ts';

/** Entry: the sweeper. Erases users, one message each. */
const env = readEnv(NEEDS.sweep);
const db = dynamoClient();
const s3 = s3Client();
const sqs = sqsClient();
const stores = {
  users: userStore(db, env.usersTable),
  credentials: credentialStore(db, env.credentialsTable),
  uploads: uploadStore(db, env.uploadsTable),
  batches: batchStore(db, env.batchesTable, Number(env.retentionDays)),
  raw: rawStore(s3, env.rawBucket),
  photos: photoStore(s3, env.photosBucket),
  files: importFiles(s3, env.importsBucket),
  events: photoEvents(snsClient(), env.photoEventsTopicArn),
  sweeps: sweepQueue(sqs, env.sweepsQueueUrl),
};
const batch = new BatchProcessor(EventType.SQS);

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger, { clearState: true }))
  .handler((event: SQSEvent) => processPartialResponse(event, work, batch, { throwOnFullBatchFailure: false }));

async function work({ messageId, body }: SQSRecord): Promise<void> {
  try {
    const { userId, again } = readSweepMessage(body);
    const waitSeconds = await visibilitySeconds(sqs, env.jobsQueueUrl);
    const removed = again ? await eraseAgain(userId, stores) : await eraseFirst(userId, waitSeconds, stores);
    logger.info('erased', { user_id: userId, again, is_due: removed !== undefined, ...removed });
  } catch (error) {
    measureFault();
    logger.error('fault', { message_id: messageId, error: error as Error });
    throw error;
  }
}
