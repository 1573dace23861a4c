import { readServiceLimits } from './edge/read-service-limits.ts';
import { NEEDS, readEnv } from './env.ts';
import type { Tried } from './flow/send-webhook.ts';
import { redeliver, runDue, tellWebhooks, testWebhook } from './flow/serve-webhooks.ts';
import { post } from './outbound/post.ts';
import { outboundRules } from './outbound/rules.ts';
import { queueEntry } from './queue-entry.ts';
import { dynamoClient, secretsManagerClient, sqsClient } from './store/aws-clients.ts';
import { abandonedDeliveries, readHookMessage } from './store/hook-messages.ts';
import { secretStore } from './store/secrets.ts';
import { deliveryStore } from './store/webhook-deliveries.ts';
import { webhookStore } from './store/webhooks.ts';
import { logger, measureWebhookDisabled } from './telemetry.ts';

/** Entry: webhooks. Sends photo events to apps as they come, and every minute what is due. */
const env = readEnv(NEEDS.hook);
const db = dynamoClient();
const secrets = secretStore(secretsManagerClient());
const terms = { baseUrl: env.publicUrl, sizeSets: readServiceLimits(env.serviceLimits).sizeSets };
const rules = outboundRules(env.publicUrl, env.webhookPorts);
const stores = {
  webhooks: webhookStore(db, env.webhooksTable),
  deliveries: deliveryStore(db, env.webhooksTable),
  abandoned: abandonedDeliveries(sqsClient(), env.hooksDeadQueueUrl),
  masterSecrets: (maxAgeSeconds?: number) => secrets.versions(env.masterSecretId, maxAgeSeconds),
  post: (url: string, message: { headers: Record<string, string>; body: string }) => post(url, message, rules),
  clock: Date.now,
  notes: {
    tried: ({ delivery, ended, outcome, tookMs }: Tried) =>
      logger.info('webhook tried', {
        webhook_id: delivery.webhookId,
        message_id: delivery.messageId,
        event_type: delivery.type,
        tries: delivery.tries + 1,
        ended,
        outcome,
        took_ms: tookMs,
      }),
    disabled: (webhookId: string, because: string) => {
      measureWebhookDisabled();
      logger.error('webhook disabled', { webhook_id: webhookId, because });
    },
  },
};

export const handler = queueEntry(async (body) => {
  const message = readHookMessage(body);
  switch (message.kind) {
    case 'event':
      return await tellWebhooks(message.event, terms, stores);
    case 'delivery':
      await redeliver(message.delivery, stores);
      return;
    case 'test':
      return await testWebhook(message.webhookId, message.testId, stores);
    case 'run':
      await runDue(stores);
  }
});
