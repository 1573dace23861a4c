import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { FORMATS } from '../core/photo.ts';
import { type Delivery, WEBHOOK_EVENTS } from '../core/webhook.ts';
import type { ReportedEvent } from '../core/webhook-payload.ts';

/** What the photo events topic tells (`photo-events.ts`). */
const EventMessage = z.object({
  type: z.enum(WEBHOOK_EVENTS),
  user_id: z.string().check(z.regex(/^[1-9]\d{0,15}$/)),
  number: z.int().check(z.positive()),
  upload_id: z.optional(z.uuid()),
  reason: z.optional(z.string().check(z.maxLength(100))),
  version: z.optional(z.string().check(z.regex(/^[0-9a-f]{20}$/))),
  format: z.optional(z.enum(FORMATS)),
  width_px: z.optional(z.int().check(z.positive())),
  height_px: z.optional(z.int().check(z.positive())),
  at: z.iso.datetime(),
});

/** A delivery that was given up, or is to be tried again. */
const DeliveryMessage = z.object({
  kind: z.literal('delivery'),
  webhook_id: z.string(),
  message_id: z.string(),
  type: z.string(),
  body: z.string(),
  tries: z.int().check(z.nonnegative()),
  first_at: z.iso.datetime(),
  /** How the last try ended. */
  outcome: z.string(),
});

const TestMessage = z.object({ kind: z.literal('test'), webhook_id: z.string(), test_id: z.uuid() });
export type TestMessage = z.input<typeof TestMessage>;

const OwnMessage = z.discriminatedUnion('kind', [
  /** The schedule's, every minute. */
  z.object({ kind: z.literal('run') }),
  TestMessage,
  DeliveryMessage,
]);

const AnyMessage = z.union([OwnMessage, EventMessage]);

export type HookMessage =
  | { kind: 'event'; event: ReportedEvent }
  | { kind: 'run' }
  | { kind: 'test'; webhookId: string; testId: string }
  | { kind: 'delivery'; delivery: Omit<Delivery, 'dueMs'>; outcome: string };

/** @throws on anything else: such a message is forged or broken, and belongs in the dead-letter queue. */
export function readHookMessage(body: string): HookMessage {
  const message = AnyMessage.parse(JSON.parse(body));
  if ('type' in message && !('kind' in message)) return { kind: 'event', event: readEvent(message) };
  if (message.kind === 'run') return { kind: 'run' };
  if (message.kind === 'test') return { kind: 'test', webhookId: message.webhook_id, testId: message.test_id };
  const { webhook_id, message_id, type, body: sent, tries, first_at, outcome } = message;
  const firstMs = Date.parse(first_at);
  return {
    kind: 'delivery',
    delivery: { webhookId: webhook_id, messageId: message_id, type, body: sent, tries, firstMs },
    outcome,
  };
}

/** Where deliveries end that were given up. */
export function abandonedDeliveries(sqs: SQSClient, deadLetterQueueUrl: string) {
  return {
    /** @param outcome how the last try ended, or why there was none */
    async put(delivery: Delivery, outcome: string): Promise<void> {
      const { webhookId, messageId, type, body, tries, firstMs } = delivery;
      const message: z.input<typeof DeliveryMessage> = {
        kind: 'delivery',
        webhook_id: webhookId,
        message_id: messageId,
        type,
        body,
        tries,
        first_at: new Date(firstMs).toISOString(),
        outcome,
      };
      await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}

export type AbandonedDeliveries = ReturnType<typeof abandonedDeliveries>;

function readEvent(message: z.output<typeof EventMessage>): ReportedEvent {
  const { type, user_id, number, upload_id, reason, version, format, width_px, height_px, at } = message;
  const isPhoto = version !== undefined && format !== undefined && width_px !== undefined && height_px !== undefined;
  return {
    type,
    userId: user_id,
    number,
    ...(upload_id !== undefined && { uploadId: upload_id }),
    ...(reason !== undefined && { reason }),
    ...(isPhoto && { photo: { version, format, widthPx: width_px, heightPx: height_px } }),
    at,
  };
}
