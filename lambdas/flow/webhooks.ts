import { randomUUID } from 'node:crypto';
import { accepted, type Result, refused } from '../core/result.ts';
import {
  HEALTHY,
  MAX_WEBHOOKS,
  type Webhook,
  type WebhookEvent,
  type WebhookRefusal,
  type WebhookTest,
  type WebhookWithSecret,
  webhookIdOf,
} from '../core/webhook.ts';
import { withNewSecret } from '../core/webhook-secret.ts';
import { type OutboundRules, urlProblem } from '../outbound/rules.ts';
import type { HookQueue } from '../store/hook-queue.ts';
import type { DeliveryStore } from '../store/webhook-deliveries.ts';
import type { WebhookStore } from '../store/webhooks.ts';

/** What operators do with webhooks. A secret is shown only when it is made. */
export interface WebhookStores {
  webhooks: WebhookStore;
  deliveries: DeliveryStore;
  masterSecret: () => Promise<string>;
  /** Milliseconds since 1970. */
  clock: () => number;
}

export async function addWebhook(
  { url, events }: { url: string; events: WebhookEvent[] },
  rules: OutboundRules,
  { webhooks, masterSecret, clock }: WebhookStores,
): Promise<Result<WebhookWithSecret, WebhookRefusal>> {
  const problem = urlProblem(url, rules);
  if (problem !== undefined) return refused({ code: 'bad-url', problem });
  const spelled = new URL(url).href;
  const id = webhookIdOf(spelled);
  const known = await webhooks.list();
  if (known.some((one) => one.id === id)) return refused({ code: 'url-taken', id });
  if (known.length >= MAX_WEBHOOKS) return refused({ code: 'too-many-webhooks', max: MAX_WEBHOOKS });
  const { secret, secrets } = withNewSecret({ id, secrets: [] }, await masterSecret(), clock());
  const webhook: Webhook = {
    id,
    url: spelled,
    events: [...new Set(events)],
    createdAt: new Date(clock()).toISOString(),
    secrets,
    health: HEALTHY,
  };
  return (await webhooks.add(webhook)) ? accepted({ webhook, secret }) : refused({ code: 'url-taken', id });
}

/** Gives a webhook a new secret. Messages are signed with both for a day. */
export async function rotateWebhook(
  id: string,
  { webhooks, masterSecret, clock }: WebhookStores,
): Promise<Result<WebhookWithSecret, WebhookRefusal>> {
  const webhook = await webhooks.get(id);
  if (webhook === undefined) return refused({ code: 'unknown-webhook' });
  const { secret, secrets } = withNewSecret(webhook, await masterSecret(), clock());
  const isThere = await webhooks.setSecrets(id, secrets);
  return isThere ? accepted({ webhook: { ...webhook, secrets }, secret }) : refused({ code: 'unknown-webhook' });
}

/** Stops a webhook: it gets no events, and what is due is given up. */
export async function disableWebhook(id: string, { webhooks }: Pick<WebhookStores, 'webhooks'>): Promise<boolean> {
  return webhooks.setDisabled(id, 'by-hand');
}

/** Starts a webhook afresh, whatever its receiver did before. */
export async function enableWebhook(id: string, { webhooks }: Pick<WebhookStores, 'webhooks'>): Promise<boolean> {
  return (await webhooks.setHealth(id, HEALTHY)) && webhooks.setDisabled(id, undefined);
}

/**
 * Has a test message sent, from where all others are sent. Undefined if there is no such webhook.
 * @returns the test, which has not ended; `webhooks.test` says when it has
 */
export async function beginWebhookTest(
  webhookId: string,
  { webhooks, hooks }: Pick<WebhookStores, 'webhooks'> & { hooks: HookQueue },
): Promise<WebhookTest | undefined> {
  if ((await webhooks.get(webhookId)) === undefined) return undefined;
  const test = { id: randomUUID(), webhookId };
  await webhooks.putTest(test);
  await hooks.sendTest(webhookId, test.id);
  return test;
}

const PAGE = 25;

/**
 * Removes a webhook and its waiting messages. Returns how many messages were removed; undefined if there is no such
 * webhook.
 * @param untilMs when to stop, milliseconds since 1970: messages left by then go to nobody, and expire
 */
export async function removeWebhook(
  id: string,
  { webhooks, deliveries }: Pick<WebhookStores, 'webhooks' | 'deliveries'>,
  untilMs = Number.POSITIVE_INFINITY,
): Promise<number | undefined> {
  // The webhook goes first, so that no more messages are kept for it.
  if (!(await webhooks.remove(id))) return undefined;
  let removed = 0;
  while (Date.now() < untilMs) {
    const waiting = await deliveries.due(id, Number.MAX_SAFE_INTEGER, PAGE);
    if (waiting.length === 0) break;
    await Promise.all(waiting.map((delivery) => deliveries.remove(delivery)));
    removed += waiting.length;
  }
  return removed;
}
