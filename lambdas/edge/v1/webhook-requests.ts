import * as z from 'zod';
import { WEBHOOK_EVENTS } from '../../core/webhook.ts';

/** What is sent to `/v1/webhooks`. Beside the answers, which no function checks, so that these alone are made when one starts. */
export const NewWebhookBody = z
  .strictObject({
    url: z.string().describe('https and public; on a laptop run also its own loopback addresses'),
    events: z.array(z.enum(WEBHOOK_EVENTS)).min(1).optional().describe('all of them unless told'),
  })
  .describe('An address that is to be told.');

export const WebhookChangeBody = z
  .strictObject({ enabled: z.boolean() })
  .describe('false: events pass it by, what waits becomes dead letters; true: begins anew');
