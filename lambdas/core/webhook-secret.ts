import { createHmac } from 'node:crypto';
import { constantTimeEqual } from './constant-time-equal.ts';
import { deriveSecret, digest } from './credential.ts';
import type { Webhook, WebhookSecretRecord } from './webhook.ts';

/**
 * Secrets and signatures as the Standard Webhooks specification has them: `whsec_` and base64 of 24 to 64 bytes; then
 * `v1,` and base64 of HMAC-SHA256 over id, time and body, joined by dots.
 */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** Derived, so it is stored nowhere. No number is used twice, even if a webhook is removed and added again. */
export const webhookSecret = (masterSecret: string, webhookId: string, number: number): string =>
  PREFIX + deriveSecret(masterSecret, `webhook-secret/${webhookId}/${number}`, SECRET_BYTES).toString('base64');

/** How long messages are signed with the previous secret as well. */
export const OVERLAP_MS = 86_400_000;

/** The record of a new secret, ahead of the one it replaces, which stays for a day. */
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
 * The secrets that a message is signed with now. Secrets derived from a master secret that has ended are left out.
 * Undefined if the newest is one of them: a receiver may know no other. The caller should then read the master secrets
 * again, in case it had them from a while ago.
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

/** The value of `webhook-signature`: one signature for each secret. */
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
