import { createHash } from 'node:crypto';

/** What an app outside of AWS can be told of: an address that a signed POST goes to (docs/webhooks.md). */

export const WEBHOOK_EVENTS = [
  'photo.published',
  'photo.restored',
  'photo.deleted',
  'user.erased',
  'upload.refused',
  'upload.failed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Each event is handed to all of them, by one invocation. */
export const MAX_WEBHOOKS = 20;

/** `gone`: it answered 410. `failing`: for five days. `secret-gone`: its secret was derived from a master secret that ended. */
export const DISABLED_BECAUSE = ['by-hand', 'gone', 'failing', 'secret-gone'] as const;
export type DisabledBecause = (typeof DISABLED_BECAUSE)[number];

export interface Webhook {
  /** It follows from the URL (`webhookIdOf`). */
  id: string;
  url: string;
  events: WebhookEvent[];
  /** Absent while it is enabled. */
  disabledBecause?: DisabledBecause;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** The newest first; the second one's time is limited. */
  secrets: WebhookSecretRecord[];
  health: WebhookHealth;
}

/** What is known of a secret: the purpose that it is derived for, and its digest, by which the master secret's version is found. */
export interface WebhookSecretRecord {
  number: number;
  /** SHA-256, hex. */
  digest: string;
  /** When it stops being signed with, milliseconds since 1970; absent for the newest. */
  untilMs?: number;
}

/** How its receiver does. */
export interface WebhookHealth {
  /** Tries that failed since the last one that did not. */
  failures: number;
  /** When the first of them was, milliseconds since 1970. */
  failingSinceMs?: number;
  /** Nothing is sent before, milliseconds since 1970. */
  restsUntilMs?: number;
  /** Its last answer took its time, or never came: it is served by the minute, so that nobody waits behind it. */
  isSlow: boolean;
}

/** Of every message. */
export const SENT_HEADERS = { 'content-type': 'application/json', 'user-agent': 'Headshot-Webhooks/1' };

export const HEALTHY: WebhookHealth = { failures: 0, isSlow: false };

/** Why an address is none to send to. */
export type UrlProblem =
  | 'no-url'
  | 'not-https'
  | 'bad-port'
  | 'has-credentials'
  | 'has-fragment'
  | 'too-long'
  | 'not-public';

/** Why what somebody asks for is not done. */
export type WebhookRefusal =
  | { code: 'bad-url'; problem: UrlProblem }
  | { code: 'url-taken'; id: string }
  | { code: 'too-many-webhooks'; max: number }
  | { code: 'unknown-webhook' };

/** A webhook, and its new secret, which is told this once. */
export interface WebhookWithSecret {
  webhook: Webhook;
  secret: string;
}

/** A message that tells of nothing, sent to see how a receiver takes it. */
export interface WebhookTest {
  /** A UUID. */
  id: string;
  webhookId: string;
  /** Absent until it has ended. */
  ended?: WebhookTestEnd;
}

export interface WebhookTestEnd {
  /** A status, or in a word why there is none. */
  outcome: string;
  tookMs: number;
}

/** Whether a message was taken, by how a try ended. */
export const isTaken = (outcome: string): boolean => /^2\d\d$/.test(outcome);

/** How its receiver does, in a word; of one that is enabled. */
export const receiverState = ({ failures, isSlow }: WebhookHealth): 'enabled' | 'slow' | 'failing' =>
  failures > 0 ? 'failing' : isSlow ? 'slow' : 'enabled';

/** One message on its way to one webhook. */
export interface Delivery {
  webhookId: string;
  /** `webhook-id`: the same for each try, and for an event that is told twice. */
  messageId: string;
  type: string;
  /** JSON, the same bytes for each try. */
  body: string;
  /** How often it was tried. */
  tries: number;
  /** When it was to be delivered at first, milliseconds since 1970. */
  firstMs: number;
  dueMs: number;
}

/** `wh_` and 20 hex digits, so that no URL is told anything twice. */
export const webhookIdOf = (url: string): string => `wh_${createHash('sha256').update(url).digest('hex').slice(0, 20)}`;

/** An event's `webhook-id`: it follows from what the event says, so that one that is told twice has the same. */
export function messageIdOf(event: { type: string; userId: string; number: number; uploadId?: string }): string {
  const { type, userId, number, uploadId = '' } = event;
  const hash = createHash('sha256').update(`${type}\n${userId}\n${number}\n${uploadId}`).digest('hex');
  return `msg_${hash.slice(0, 32)}`;
}
