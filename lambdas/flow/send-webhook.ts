import { type Delivery, type DisabledBecause, HEALTHY, SENT_HEADERS, type Webhook } from '../core/webhook.ts';
import { afterFailure, isToBeDisabled, nextDueMs, SLOW_MS } from '../core/webhook-retry.ts';
import { signatures, signingSecrets } from '../core/webhook-secret.ts';
import type { PostOutcome } from '../outbound/post.ts';
import type { AbandonedDeliveries } from '../store/hook-messages.ts';
import type { DeliveryStore } from '../store/webhook-deliveries.ts';
import type { WebhookStore } from '../store/webhooks.ts';
import { findByMasterSecret, type MasterSecrets } from './master-secrets.ts';

export interface SendStores {
  webhooks: WebhookStore;
  deliveries: DeliveryStore;
  abandoned: AbandonedDeliveries;
  masterSecrets: MasterSecrets;
  post: (url: string, message: { headers: Record<string, string>; body: string }) => Promise<PostOutcome>;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** Logs for an operator: never a URL, which may contain a secret. */
  notes: {
    tried: (tried: Tried) => void;
    disabled: (webhookId: string, because: DisabledBecause) => void;
  };
}

/** How one try ended. */
export interface Tried {
  delivery: Delivery;
  ended: 'delivered' | 'failed' | 'gone' | 'secret-gone';
  /** The HTTP status, or a word for why there is none. */
  outcome: string;
  retryAfterSeconds?: number;
  tookMs: number;
}

/** Sends one message, signed with every valid secret. */
export async function trySend(
  webhook: Webhook,
  delivery: Delivery,
  { post, masterSecrets, clock }: Pick<SendStores, 'post' | 'masterSecrets' | 'clock'>,
): Promise<Tried> {
  const { messageId, body } = delivery;
  const secrets = await findByMasterSecret(masterSecrets, (masters) => signingSecrets(webhook, masters, clock()));
  if (secrets === undefined) return { delivery, ended: 'secret-gone', outcome: 'secret-gone', tookMs: 0 };
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const headers = {
    ...SENT_HEADERS,
    'webhook-id': messageId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures(secrets, { messageId, timestampSeconds, body }),
  };
  const answer = await post(webhook.url, { headers, body });
  const { tookMs } = answer;
  if ('failed' in answer) return { delivery, ended: 'failed', outcome: answer.failed, tookMs };
  const { status, retryAfterSeconds } = answer;
  const ended = status >= 200 && status < 300 ? 'delivered' : status === 410 ? 'gone' : 'failed';
  const tried = { delivery, ended, outcome: String(status), tookMs } as const;
  return retryAfterSeconds === undefined ? tried : { ...tried, retryAfterSeconds };
}

/**
 * Stores how the tries of one round ended. Delivered messages are removed, failed ones are kept for later or given up,
 * and the receiver's health follows from the round. A crash in between repeats a try but loses none: a message is kept
 * again before its old copy is removed.
 * @param isKept whether the deliveries come from the store
 * @returns the webhook's new record
 */
export async function settle(
  webhook: Webhook,
  round: Tried[],
  { isKept }: { isKept: boolean },
  stores: SendStores,
): Promise<Webhook> {
  const nowMs = stores.clock();
  await Promise.all(
    round.map(async (tried) => {
      stores.notes.tried(tried);
      const { delivery, ended, outcome, retryAfterSeconds } = tried;
      if (ended !== 'delivered') {
        const dueMs = ended === 'failed' ? nextDueMs(delivery, nowMs, retryAfterSeconds) : undefined;
        const after = { ...delivery, tries: delivery.tries + 1 };
        if (dueMs === undefined) await stores.abandoned.put(after, outcome);
        else await stores.deliveries.keep({ ...after, dueMs });
      }
      if (isKept) await stores.deliveries.remove(delivery);
    }),
  );
  const health = healthAfter(webhook, round, nowMs);
  if (health !== webhook.health) await stores.webhooks.setHealth(webhook.id, health);
  const because = whyDisabled(round, health, nowMs);
  if (because !== undefined) {
    await stores.webhooks.setDisabled(webhook.id, because);
    stores.notes.disabled(webhook.id, because);
  }
  return { ...webhook, health, ...(because && { disabledBecause: because }) };
}

/** Returns the same object if nothing changes, so that a healthy receiver costs no write. */
function healthAfter({ health }: Webhook, round: Tried[], nowMs: number): Webhook['health'] {
  const isSlow = round.some(({ tookMs }) => tookMs > SLOW_MS);
  if (round.some(({ ended }) => ended === 'delivered')) {
    return health.failures === 0 && health.isSlow === isSlow ? health : { ...HEALTHY, isSlow };
  }
  const retryAfterSeconds = Math.max(...round.map((tried) => tried.retryAfterSeconds ?? 0));
  return afterFailure(health, nowMs, { isSlow, retryAfterSeconds });
}

function whyDisabled(round: Tried[], health: Webhook['health'], nowMs: number): DisabledBecause | undefined {
  if (round.some(({ ended }) => ended === 'gone')) return 'gone';
  if (round.some(({ ended }) => ended === 'secret-gone')) return 'secret-gone';
  return isToBeDisabled(health, nowMs) ? 'failing' : undefined;
}
