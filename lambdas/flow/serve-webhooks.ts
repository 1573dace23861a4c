import type { SizeSet } from '../core/stored-sizes.ts';
import { type Delivery, messageIdOf, type Webhook } from '../core/webhook.ts';
import { type ReportedEvent, webhookPayload } from '../core/webhook-payload.ts';
import { isResting, isServedDirectly, isTooOld, PROBED_AFTER_FAILURES } from '../core/webhook-retry.ts';
import { type SendStores, settle, trySend } from './send-webhook.ts';

/** The terms of the deployment. */
interface WebhookTerms {
  /** Where the service is, without a trailing slash. */
  baseUrl: string;
  sizeSets: readonly SizeSet[];
}

/** Concurrent requests to one receiver in a run. */
const PLACES = 10;

/** After this time a run starts no more tries. The last one may take ten seconds more. */
const RUN_MS = 40_000;
/** By then a run that died is over, since its function may not take longer. */
const LEASE_MS = 65_000;

/**
 * Sends an event to every webhook that subscribes to it. A healthy receiver gets it at once. For one that is slow or
 * failing it is kept until the next minute's run, so that no other webhook waits.
 * @throws if a delivery is neither made nor kept: then the event comes again, and may be sent twice
 */
export async function tellWebhooks(event: ReportedEvent, terms: WebhookTerms, stores: SendStores): Promise<void> {
  const webhooks = (await stores.webhooks.list()).filter(
    ({ disabledBecause, events }) => disabledBecause === undefined && events.includes(event.type),
  );
  if (webhooks.length === 0) return;
  const body = webhookPayload(event, terms.baseUrl, terms.sizeSets);
  const nowMs = stores.clock();
  const delivery = { messageId: messageIdOf(event), type: event.type, body, tries: 0, firstMs: nowMs, dueMs: nowMs };
  await allOf(webhooks, async (webhook) => {
    const own = { ...delivery, webhookId: webhook.id };
    if (!isServedDirectly(webhook.health, nowMs)) return stores.deliveries.keep(own);
    await settle(webhook, [await trySend(webhook, own, stores)], { isKept: false }, stores);
  });
}

/** Takes up a delivery that was given up. It has a day from now. False if the webhook is gone. */
export async function redeliver(
  delivery: Omit<Delivery, 'dueMs'>,
  { webhooks, deliveries, clock }: SendStores,
): Promise<boolean> {
  if ((await webhooks.get(delivery.webhookId)) === undefined) return false;
  const nowMs = clock();
  await deliveries.keep({ ...delivery, tries: 0, firstMs: nowMs, dueMs: nowMs });
  return true;
}

/** Sends a test message and stores the result. It does not count for the receiver's health. */
export async function testWebhook(webhookId: string, testId: string, stores: SendStores): Promise<void> {
  const webhook = await stores.webhooks.get(webhookId);
  if (webhook === undefined) return;
  const nowMs = Date.now();
  const type = 'webhook.test';
  const body = JSON.stringify({ type, timestamp: new Date(nowMs).toISOString(), data: { webhook_id: webhookId } });
  const delivery = { webhookId, messageId: `msg_${testId}`, type, body, tries: 0, firstMs: nowMs, dueMs: nowMs };
  const tried = await trySend(webhook, delivery, stores);
  stores.notes.tried(tried);
  const { outcome, tookMs } = tried;
  await stores.webhooks.putTest({ id: testId, webhookId, ended: { outcome, tookMs } });
}

/** Sends all that is due, for all webhooks at the same time. False if another run is under way. */
export async function runDue(stores: SendStores): Promise<boolean> {
  const webhooks = await stores.webhooks.list();
  if (webhooks.length === 0) return true;
  const nowMs = stores.clock();
  const leasedUntilMs = nowMs + LEASE_MS;
  if (!(await stores.deliveries.beginRun(nowMs, leasedUntilMs))) return false;
  try {
    await allOf(webhooks, (webhook) => runWebhook(webhook, Date.now() + RUN_MS, stores));
  } finally {
    await stores.deliveries.endRun(leasedUntilMs);
  }
  return true;
}

/**
 * Round after round until nothing is due. If the receiver fails, one delivery at a time is tried, with rests in
 * between. Those that get too old meanwhile are given up untried.
 */
async function runWebhook(given: Webhook, untilMs: number, stores: SendStores): Promise<void> {
  for (let webhook = given; Date.now() < untilMs; ) {
    const nowMs = stores.clock();
    const due = await stores.deliveries.due(webhook.id, nowMs, PLACES);
    if (due.length === 0) return;
    if (webhook.disabledBecause !== undefined) {
      await giveUp(due, `disabled: ${webhook.disabledBecause}`, stores);
    } else if (isResting(webhook.health, nowMs)) {
      const old = due.filter((one) => isTooOld(one, nowMs));
      if (old.length === 0) return;
      await giveUp(old, 'receiver-failing', stores);
    } else {
      const chosen = webhook.health.failures < PROBED_AFTER_FAILURES ? due : due.slice(0, 1);
      const current = webhook;
      const round = await Promise.all(chosen.map((delivery) => trySend(current, delivery, stores)));
      webhook = await settle(webhook, round, { isKept: true }, stores);
    }
  }
}

const giveUp = (deliveries: Delivery[], why: string, stores: SendStores): Promise<void> =>
  allOf(deliveries, async (delivery) => {
    await stores.abandoned.put(delivery, why);
    await stores.deliveries.remove(delivery);
  });

/** Waits for all, then throws the first error: nothing may go on after the function has answered. */
async function allOf<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(list.map(work));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
