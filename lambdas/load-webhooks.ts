import type { WebhookFlows } from './edge/flows.ts';
import { readWebhookParts } from './edge/read-webhook-parts.ts';
import { dynamoClient, sqsClient } from './store/aws-clients.ts';
import { hookQueue } from './store/hook-queue.ts';
import { deliveryStore } from './store/webhook-deliveries.ts';
import { webhookStore } from './store/webhooks.ts';

/** The time for removing a webhook's messages in a request. What is left after it expires. */
const REMOVE_MS = 5_000;

/** What administrators do with webhooks; undefined if there are none, and then no code for them is loaded. */
export async function loadWebhooks(
  json: string,
  masterSecret: () => Promise<string>,
): Promise<WebhookFlows | undefined> {
  const parts = readWebhookParts(json);
  if (parts === undefined) return undefined;
  // Not the stores: esbuild would wrap what they import to be run later, and could then drop nothing of the SDK.
  const [flow, { outboundRules, readPorts }] = await Promise.all([
    import('./flow/webhooks.ts'),
    import('./outbound/rules.ts'),
  ]);
  const db = dynamoClient();
  const webhooks = webhookStore(db, parts.table);
  const deliveries = deliveryStore(db, parts.table);
  const stores = { webhooks, deliveries, masterSecret, clock: Date.now, hooks: hookQueue(sqsClient(), parts.queueUrl) };
  return {
    ports: readPorts(parts.ports),
    list: async () =>
      Promise.all(
        (await webhooks.list()).map(async (webhook) => ({ webhook, waiting: await deliveries.waiting(webhook.id) })),
      ),
    async find(id) {
      const [webhook, waiting] = await Promise.all([webhooks.get(id), deliveries.waiting(id)]);
      return webhook && { webhook, waiting };
    },
    add: ({ baseUrl, ...webhook }) => flow.addWebhook(webhook, outboundRules(baseUrl, parts.ports), stores),
    rotate: (id) => flow.rotateWebhook(id, stores),
    setEnabled: (id, isEnabled) => (isEnabled ? flow.enableWebhook : flow.disableWebhook)(id, stores),
    remove: (id) => flow.removeWebhook(id, stores, Date.now() + REMOVE_MS),
    beginTest: (id) => flow.beginWebhookTest(id, stores),
    test: (testId) => webhooks.test(testId),
  };
}
