import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Job } from '../core/change.ts';
import { UPLOAD_POLICIES } from '../core/upload-policy.ts';
import { RequestedCropItem } from './crop.ts';
import { queueDepth } from './queue-depth.ts';

/** The body of a job message. Ids are bounded because they become object keys. */
const JobMessage = z.object({
  upload_id: z.uuid(),
  user_id: z.string().check(z.regex(/^[1-9]\d{0,15}$/)),
  number: z.int().check(z.positive()),
  source: z.enum(Object.keys(UPLOAD_POLICIES) as (keyof typeof UPLOAD_POLICIES)[]),
  crop: z.optional(RequestedCropItem),
  digest: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  accepted_at: z.iso.datetime(),
});

/** Jobs for the worker. */
export function jobQueue(sqs: SQSClient, queueUrl: string) {
  return {
    async send(job: Job): Promise<void> {
      const body: z.input<typeof JobMessage> = {
        upload_id: job.uploadId,
        user_id: job.userId,
        number: job.number,
        source: job.source,
        crop: job.crop,
        digest: job.digest,
        accepted_at: job.acceptedAt,
      };
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }));
    },

    /** About how many jobs wait or are being processed. SQS is slow to count them. */
    unfinished: (): Promise<number> => queueDepth(sqs, queueUrl),
  };
}

export type JobQueue = ReturnType<typeof jobQueue>;

/** @throws on anything else: such a message is forged or broken, and belongs in the dead-letter queue */
export function readJob(body: string): Job {
  const message = JobMessage.parse(JSON.parse(body));
  return {
    uploadId: message.upload_id,
    userId: message.user_id,
    number: message.number,
    source: message.source,
    ...(message.crop && { crop: message.crop }),
    ...(message.digest !== undefined && { digest: message.digest }),
    acceptedAt: message.accepted_at,
  };
}
