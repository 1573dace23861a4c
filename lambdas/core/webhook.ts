import { createHash } from 'node:crypto';

/** A webhook: a URL that photo events are sent to by signed POSTs, for apps outside of AWS (docs/webhooks.md). */

export const WEBHOOK_EVENTS = [
  'photo.published',
  'photo.restored',
  'photo.deleted',
  'user.erased',
  'upload.refused',
  'upload.failed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** One invocation sends an event to all of them. */
export const MAX_WEBHOOKS = 20;

/** `gone`: it answered 410. `failing`: for five days. `secret-gone`: its master secret has ended. */
export const DISABLED_BECAUSE = ['by-hand', 'gone', 'failing', 'secret-gone'] as const;
export type DisabledBecause = (typeof DISABLED_BECAUSE)[number];

export interface Webhook {
  /** Derived from the URL (`webhookIdOf`). */
  id: string;
  url: string;
  events: WebhookEvent[];
  /** Absent while it is enabled. */
  disabledBecause?: DisabledBecause;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** Newest first. The second ends after a while. */
  secrets: WebhookSecretRecord[];
  health: WebhookHealth;
}

/** A secret's record. The number is part of what it is derived for; the digest finds the master secret's version. */
export interface WebhookSecretRecord {
  number: number;
  /** SHA-256, hex. */
  digest: string;
  /** Until when it is used, milliseconds since 1970; absent for the newest. */
  untilMs?: number;
}

/** The health of a webhook's receiver. */
export interface WebhookHealth {
  /** Failed tries since the last success. */
  failures: number;
  /** The time of the first of them, milliseconds since 1970. */
  failingSinceMs?: number;
  /** Nothing is sent before this time, milliseconds since 1970. */
  restsUntilMs?: number;
  /** Its last answer was late or did not come. Its events wait for the minute's run, so that no other webhook waits. */
  isSlow: boolean;
}

/** Sent with every message. */
export const SENT_HEADERS = { 'content-type': 'application/json', 'user-agent': 'Headshot-Webhooks/1' };

export const HEALTHY: WebhookHealth = { failures: 0, isSlow: false };

/** Why nothing can be sent to a URL. */
export type UrlProblem =
  | 'no-url'
  | 'not-https'
  | 'bad-port'
  | 'has-credentials'
  | 'has-fragment'
  | 'too-long'
  | 'not-public';

/** Why a request about webhooks is refused. */
export type WebhookRefusal =
  | { code: 'bad-url'; problem: UrlProblem }
  | { code: 'url-taken'; id: string }
  | { code: 'too-many-webhooks'; max: number }
  | { code: 'unknown-webhook' };

/** A webhook and its new secret, which is shown only this once. */
export interface WebhookWithSecret {
  webhook: Webhook;
  secret: string;
}

/** A test message, to see how a receiver responds. */
export interface WebhookTest {
  /** A UUID. */
  id: string;
  webhookId: string;
  /** Absent while it runs. */
  ended?: WebhookTestEnd;
}

interface WebhookTestEnd {
  /** The HTTP status, or a word for why there is none. */
  outcome: string;
  tookMs: number;
}

/** Whether a try delivered the message. */
export const isTaken = (outcome: string): boolean => /^2\d\d$/.test(outcome);

/** The state of an enabled webhook's receiver. */
export const receiverState = ({ failures, isSlow }: WebhookHealth): 'enabled' | 'slow' | 'failing' =>
  failures > 0 ? 'failing' : isSlow ? 'slow' : 'enabled';

/** One message on its way to one webhook. */
export interface Delivery {
  webhookId: string;
  /** `webhook-id`: the same for each try, and for an event that comes twice. */
  messageId: string;
  type: string;
  /** JSON, byte for byte the same for each try. */
  body: string;
  tries: number;
  /** When it was first due, milliseconds since 1970. */
  firstMs: number;
  dueMs: number;
}

/** `wh_` and 20 hex digits of the URL's digest: so a URL cannot be added twice. */
export const webhookIdOf = (url: string): string => `wh_${createHash('sha256').update(url).digest('hex').slice(0, 20)}`;

/** The `webhook-id` of an event, derived from its content: so an event that comes twice has one id. */
export function messageIdOf(event: { type: string; userId: string; number: number; uploadId?: string }): string {
  const { type, userId, number, uploadId = '' } = event;
  const hash = createHash('sha256').update(`${type}\n${userId}\n${number}\n${uploadId}`).digest('hex');
  return `msg_${hash.slice(0, 32)}`;
}

/** Why a webhook cannot have this URL, for people. @param ports the ones allowed for a public address */
export function urlProblemMessage(problem: UrlProblem, ports: readonly number[]): string {
  switch (problem) {
    case 'no-url':
      return 'that is no address; it must be a URL like https://app.example.com/hooks';
    case 'not-https':
      return 'the address must begin with https:// (http:// is for a laptop run, and its own loopback addresses)';
    case 'bad-port':
      return `the address names another port than ${ports.join(', ')}; the setting webhookPorts says which there may be`;
    case 'has-credentials':
      return 'the address holds a name or a password; messages are signed instead';
    case 'has-fragment':
      return 'the address holds a fragment (#…), which is never sent';
    case 'too-long':
      return 'the address has more than 2,000 characters';
    case 'not-public':
      return 'the address is private, of a link or of this machine; nothing is sent there';
  }
}
