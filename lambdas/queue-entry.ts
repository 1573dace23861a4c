import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger, measureFault } from './telemetry.ts';

/**
 * What a function of a queue is: each message worked on by itself, a fault of ours logged with its cause, and its message alone delivered
 * again. When every message fails the batch is still answered message by message: a throw would hide which and why.
 */
export function queueEntry(work: (body: string) => Promise<void>) {
  const batch = new BatchProcessor(EventType.SQS);
  const handle = async ({ messageId, body }: SQSRecord): Promise<void> => {
    try {
      await work(body);
    } catch (error) {
      measureFault();
      logger.error('fault', { message_id: messageId, error: error as Error });
      throw error;
    }
  };
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .handler((event: SQSEvent) => processPartialResponse(event, handle, batch, { throwOnFullBatchFailure: false }));
}
