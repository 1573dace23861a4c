import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Job } from '../core/change.ts';
import { UPLOAD_POLICIES } from '../core/upload-policy.ts';
import { RequestedCropItem } from './crop.ts';

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

/** Jobs on their way to the worker. */
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

    /** How many jobs are in line or at work, about: SQS counts them by and by. */
    async unfinished(): Promise<number> {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
    },
  };
}

export type JobQueue = ReturnType<typeof jobQueue>;

/** Reads a job message. @throws on anything else: such a message is ours or forged, and belongs in the dead-letter queue. */
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
