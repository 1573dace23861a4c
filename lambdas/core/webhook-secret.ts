import { createHmac } from 'node:crypto';
import { constantTimeEqual } from './constant-time-equal.ts';
import { deriveSecret, digest } from './credential.ts';
import type { Webhook, WebhookSecretRecord } from './webhook.ts';

/**
 * Secrets and signatures of webhooks, as the Standard Webhooks specification has them: `whsec_` and base64 of 24 to 64 bytes; HMAC-SHA256
 * over id, time and body, each with a dot between, as `v1,` and base64.
 */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** Derived from the master secret, so that it is stored nowhere. Each has a number of its own, also when a webhook is removed and comes again. */
export const webhookSecret = (masterSecret: string, webhookId: string, number: number): string =>
  PREFIX + deriveSecret(masterSecret, `webhook-secret/${webhookId}/${number}`, SECRET_BYTES).toString('base64');

/** How long the secret before goes on being signed with, beside the new one. */
export const OVERLAP_MS = 86_400_000;

/** The record of a new secret, before those that stay: one, for a day. */
export function withNewSecret(
  { id, secrets }: Pick<Webhook, 'id' | 'secrets'>,
  masterSecret: string,
  nowMs: number,
): { secret: string; secrets: WebhookSecretRecord[] } {
  const [newest] = secrets;
  const number = Math.max(nowMs, (newest?.number ?? 0) + 1);
  const secret = webhookSecret(masterSecret, id, number);
  const before = newest === undefined ? [] : [{ ...newest, untilMs: nowMs + OVERLAP_MS }];
  return { secret, secrets: [{ number, digest: digest(secret) }, ...before] };
}

/**
 * The secrets that a message is signed with now. A version of the master secret that ended takes those along that were derived from it,
 * whatever is on record: undefined when the newest is not among what is left. Whoever remembers the versions of a while ago must ask again then:
 * a receiver may know the newest secret only.
 */
export function signingSecrets(
  { id, secrets }: Pick<Webhook, 'id' | 'secrets'>,
  masterSecrets: readonly string[],
  nowMs: number,
): string[] | undefined {
  const [newest, ...before] = secrets
    .filter(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs > nowMs)
    .map((record) =>
      masterSecrets
        .map((master) => webhookSecret(master, id, record.number))
        .find((one) => constantTimeEqual(digest(one), record.digest)),
    );
  return newest === undefined ? undefined : [newest, ...before.filter((secret) => secret !== undefined)];
}

/** The value of `webhook-signature`: one signature a secret. */
export const signatures = (
  secrets: readonly string[],
  { messageId, timestampSeconds, body }: { messageId: string; timestampSeconds: number; body: string },
): string =>
  secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
      const signed = createHmac('sha256', key).update(`${messageId}.${timestampSeconds}.${body}`);
      return `v1,${signed.digest('base64')}`;
    })
    .join(' ');
