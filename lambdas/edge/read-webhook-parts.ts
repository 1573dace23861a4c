import * as z from 'zod/mini';

const WebhookPartsMessage = z.nullable(
  z.object({
    table: z.string(),
    queue_url: z.url(),
    /** Separated by commas. */
    ports: z.string(),
  }),
);

/** Where a deployment's webhooks are, as its functions are told it; null without webhooks or administrators. */
export type WebhookPartsMessage = z.input<typeof WebhookPartsMessage>;

/** @throws if the JSON is not a `WebhookPartsMessage` */
export function readWebhookParts(json: string): { table: string; queueUrl: string; ports: string } | undefined {
  const message = WebhookPartsMessage.parse(JSON.parse(json));
  return message === null ? undefined : { table: message.table, queueUrl: message.queue_url, ports: message.ports };
}
