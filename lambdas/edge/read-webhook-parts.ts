import * as z from 'zod/mini';

const WebhookPartsMessage = z.nullable(
  z.object({
    table: z.string(),
    queue_url: z.url(),
    /** With commas between. */
    ports: z.string(),
  }),
);

/** How a deployment tells where its webhooks are; null where there are none, or no administrators. */
export type WebhookPartsMessage = z.input<typeof WebhookPartsMessage>;

/** Reads it. @throws when it is not what `WebhookPartsMessage` says. */
export function readWebhookParts(json: string): { table: string; queueUrl: string; ports: string } | undefined {
  const message = WebhookPartsMessage.parse(JSON.parse(json));
  return message === null ? undefined : { table: message.table, queueUrl: message.queue_url, ports: message.ports };
}
