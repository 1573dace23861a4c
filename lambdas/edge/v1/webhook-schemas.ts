import * as z from 'zod';
import { DISABLED_BECAUSE, WEBHOOK_EVENTS } from '../../core/webhook.ts';

/** The bodies of `/v1/webhooks`' answers, as in `schemas.ts`. */
const time = z.iso.datetime().describe('UTC');
const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1);

export const WebhookBody = z
  .object({
    id: z.string().regex(/^wh_[0-9a-f]{20}$/),
    url: z.url(),
    events: events.describe('the events it gets'),
    state: z
      .enum(['enabled', 'slow', 'failing', 'disabled'])
      .describe('slow, failing: messages are sent once a minute; disabled: it gets no events'),
    disabled_because: z
      .enum(DISABLED_BECAUSE)
      .nullable()
      .describe('by-hand; gone: it answered 410; failing: for five days; secret-gone: its secret ended'),
    failing_since: time.nullable(),
    created_at: time,
    waiting: z.int().nonnegative().max(1_000).describe('messages that wait for it, counted up to a thousand'),
  })
  .describe('An app that gets photo events by signed POSTs.');

export const WebhookListBody = z.object({ webhooks: z.array(WebhookBody).max(20) }).describe('Every webhook.');

export const WebhookWithSecretBody = WebhookBody.extend({
  secret: z
    .string()
    .regex(/^whsec_/)
    .describe('messages are signed with it; shown only this once'),
}).describe('A webhook with its new secret.');

export const WebhookTestBody = z
  .object({
    id: z.uuid(),
    webhook_id: z.string(),
    state: z.enum(['waiting', 'ended']),
    taken: z.boolean().optional().describe('whether the receiver answered 2xx; absent until it has ended'),
    outcome: z.string().optional().describe('the status, or a word for why there is none'),
    took_ms: z.int().nonnegative().optional(),
    status_url: z.url().describe('where to read the result, for an hour'),
  })
  .describe('A test message, to see how the receiver responds.');

export const RemovedWebhookBody = z
  .object({
    id: z.string(),
    removed: z.literal(true),
    removed_messages: z.int().nonnegative().describe('messages that waited for it'),
  })
  .describe('A webhook that was removed.');
