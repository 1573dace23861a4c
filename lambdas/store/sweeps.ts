import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** The body of a message to the sweeper: a user to erase, `again` for the pass after the wait. */
const EraseMessage = z.object({
  kind: z.literal('erase'),
  user_id: z.string().regex(/^[1-9]\d{0,15}$/),
  again: z.boolean().optional(),
});

export type SweepMessage = { kind: 'erase'; userId: string; again: boolean };

/** SQS delays no message for longer (SendMessage, DelaySeconds). */
const MAX_DELAY_SECONDS = 900;

/** The sweeper's own queue: what must be removed thoroughly, and goes on where it stopped. */
export function sweepQueue(sqs: SQSClient, queueUrl: string) {
  return {
    async sendErase(userId: string, { again, delaySeconds }: { again: boolean; delaySeconds: number }): Promise<void> {
      const body: z.input<typeof EraseMessage> = { kind: 'erase', user_id: userId, ...(again && { again }) };
      const DelaySeconds = Math.min(delaySeconds, MAX_DELAY_SECONDS);
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body), DelaySeconds }));
    },
  };
}

export type SweepQueue = ReturnType<typeof sweepQueue>;

/** @throws on anything else: such a message is forged or broken, and belongs in the dead-letter queue. */
export function readSweepMessage(body: string): SweepMessage {
  const { kind, user_id, again } = EraseMessage.parse(JSON.parse(body));
  return { kind, userId: user_id, again: again ?? false };
}

/** How long a message of a queue may be at work before it is handed out again, seconds. */
export async function visibilitySeconds(sqs: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
  );
  const seconds = Number(Attributes?.VisibilityTimeout);
  if (!Number.isInteger(seconds)) throw new Error(`SQS gave no visibility timeout of ${queueUrl}`);
  return seconds;
}
