import type { Webhook } from '../lambdas/core/webhook.ts';
import type { WebhookStores } from '../lambdas/flow/webhooks.ts';
import { type OutboundRules, outboundRules } from '../lambdas/outbound/rules.ts';
import { dynamoClient, secretsManagerClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { hookQueue } from '../lambdas/store/hook-queue.ts';
import { secretStore } from '../lambdas/store/secrets.ts';
import { deliveryStore } from '../lambdas/store/webhook-deliveries.ts';
import { webhookStore } from '../lambdas/store/webhooks.ts';
import { target as chosenTarget } from './choose-target.ts';
import { output, type Target } from './target.ts';
import { UserError } from './user-error.ts';

export interface WebhookConnection extends WebhookStores {
  hooks: ReturnType<typeof hookQueue>;
  /** Where webhooks may lead. */
  rules: OutboundRules;
}

/** @throws UserError when the service was deployed without webhooks */
export function connectWebhooks(): WebhookConnection {
  const target = chosenTarget();
  if (!hasWebhooks(target)) {
    const remedy = target.aws_endpoint === undefined ? 'npx cdk deploy' : 'stop it, and start it with: npm start --';
    throw new UserError(
      `webhooks are off here; ${remedy} -c webhooks=true -c accountConcurrency=12 (docs/webhooks.md)`,
    );
  }
  const db = dynamoClient();
  const secrets = secretStore(secretsManagerClient());
  return {
    webhooks: webhookStore(db, output(target, 'TableWebhooks')),
    deliveries: deliveryStore(db, output(target, 'TableWebhooks')),
    masterSecret: () => secrets.current(output(target, 'SecretMaster')),
    clock: Date.now,
    hooks: hookQueue(sqsClient(), output(target, 'QueueHooks')),
    rules: outboundRules(target.url, output(target, 'WebhookPorts')),
  };
}

export const hasWebhooks = ({ outputs }: Target): boolean => outputs.TableWebhooks !== undefined;

/** The webhook that a person names by its URL or id. @throws UserError when there is none */
export async function mustFindWebhook(called: string, { webhooks }: WebhookConnection): Promise<Webhook> {
  const spelled = URL.parse(called)?.href;
  const found = (await webhooks.list()).find(({ id, url }) => id === called || url === spelled);
  if (found === undefined) throw new UserError(`there is no webhook ${called}; see: headshot webhooks list`);
  return found;
}
