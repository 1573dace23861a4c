import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { partOfDay, SWEEP_PARTS, SWEEP_STEPS, type SweepCursor } from '../core/sweep-cursor.ts';

const UserId = z.string().check(z.regex(/^[1-9]\d{0,15}$/));

/** The body of a message to the sweeper: a user to erase, `again` for the pass after the wait. */
const EraseMessage = z.object({
  kind: z.literal('erase'),
  user_id: UserId,
  again: z.optional(z.boolean()),
});

/** A sweep begins, or goes on where it stopped. The schedule in `infra/` cannot count the days, so it asks for today's part. */
const SweepRunMessage = z.object({
  kind: z.literal('sweep'),
  step: z.optional(z.enum(SWEEP_STEPS)),
  after: z.optional(z.string()),
  part: z.optional(z.union([z.literal('today'), z.int().check(z.gte(0), z.lte(SWEEP_PARTS - 1))])),
});

const OwnMessage = z.discriminatedUnion('kind', [EraseMessage, SweepRunMessage]);

/** What the photo events topic tells of photos that are gone (`store/photo-events.ts`). */
const GoneEvent = z.object({
  type: z.enum(['photo.deleted', 'user.erased']),
  user_id: UserId,
  number: z.int().check(z.positive()),
});

const AnyMessage = z.union([OwnMessage, GoneEvent]);

export type SweepMessage =
  | { kind: 'erase'; userId: string; again: boolean }
  | { kind: 'invalidate'; userId: string; number: number }
  | ({ kind: 'sweep' } & SweepCursor);

/** SQS delays no message for longer (SendMessage, DelaySeconds). */
const MAX_DELAY_SECONDS = 900;

/** The sweeper's own queue: users to erase, and the daily sweep, which goes on where it stopped. */
export function sweepQueue(sqs: SQSClient, queueUrl: string) {
  const send = (body: z.input<typeof OwnMessage>, DelaySeconds = 0) =>
    sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body), DelaySeconds }));

  return {
    /** Begins a sweep, or has it go on. */
    async sendSweep(cursor: SweepCursor = {}): Promise<void> {
      await send({ kind: 'sweep', ...cursor });
    },

    async sendErase(userId: string, { again, delaySeconds }: { again: boolean; delaySeconds: number }): Promise<void> {
      const delay = Math.min(delaySeconds, MAX_DELAY_SECONDS);
      await send({ kind: 'erase', user_id: userId, ...(again && { again }) }, delay);
    },
  };
}

export type SweepQueue = ReturnType<typeof sweepQueue>;

/** @throws on anything else: such a message is forged or broken, and belongs in the dead-letter queue. */
export function readSweepMessage(body: string): SweepMessage {
  const message = AnyMessage.parse(JSON.parse(body));
  if ('type' in message) return { kind: 'invalidate', userId: message.user_id, number: message.number };
  if (message.kind === 'erase') return { kind: 'erase', userId: message.user_id, again: message.again ?? false };
  const { step, after } = message;
  const part = message.part === 'today' ? partOfDay(Date.now()) : message.part;
  return {
    kind: 'sweep',
    ...(step !== undefined && { step }),
    ...(after !== undefined && { after }),
    ...(part !== undefined && { part }),
  };
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
