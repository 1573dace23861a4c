import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { logger, measureFault } from './telemetry.ts';

/**
 * What the function of a queue does: it works on each message by itself. A fault of ours is logged with its cause, and
 * only its message is delivered again. Answered message by message even if all of them fail: a throw would hide which
 * and why.
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
