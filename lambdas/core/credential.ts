import { createHash, hkdfSync, randomInt } from 'node:crypto';
import { constantTimeEqual } from './constant-time-equal.ts';

/**
 * Tokens and keys are derived from the master secret (HKDF, RFC 5869). So they can be shown again, and only a digest
 * is stored.
 */

/** The scopes that a user token needs for Slack's methods. */
export const SLACK_USER_SCOPES = [
  'users.profile:read',
  'users.profile:write',
  'users:read',
  'users:read.email',
] as const;

/** The app that tokens are issued to if no other is named. */
export const DEFAULT_APP = 'default';

/** Slack's kinds of token: a person's, a bot's, and the old workspace tokens. */
export const TOKEN_KINDS = ['user', 'bot', 'workspace'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What tokens of each kind begin with, as at Slack. */
const TOKEN_PREFIX = { user: 'xoxp', bot: 'xoxb', workspace: 'xoxa-2' } as const satisfies Record<TokenKind, string>;

export interface TwitterKeys {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** What a Slack token is derived from, besides the master secret. */
export interface SlackTokenOwner {
  userId: string;
  kind: TokenKind;
  appId: string;
}

/** A user's Slack token, in Slack's form: `xoxp-…`. 192 bits of it cannot be guessed. */
export function slackToken(
  masterSecret: string,
  userId: string,
  kind: TokenKind = 'user',
  appId = DEFAULT_APP,
): string {
  // The purpose of a user token for the default app names neither kind nor app: it is older than both.
  const isPlain = kind === 'user' && appId === DEFAULT_APP;
  const purpose = isPlain ? `slack-token/${userId}` : `slack-token/${kind}/${appId}/${userId}`;
  return `${TOKEN_PREFIX[kind]}-${userId}-${deriveSecret(masterSecret, purpose, 24).toString('hex')}`;
}

/** OAuth 1.0a keys of the default app and a user. The access token begins with the user's id, as Twitter's do. */
export const twitterKeys = (masterSecret: string, userId: string): TwitterKeys => ({
  consumerKey: deriveSecret(masterSecret, `twitter-consumer-key/${DEFAULT_APP}`, 16).toString('hex'),
  consumerSecret: deriveSecret(masterSecret, `twitter-consumer-secret/${DEFAULT_APP}`, 32).toString('hex'),
  accessToken: `${userId}-${deriveSecret(masterSecret, `twitter-access-token/${userId}`, 20).toString('hex')}`,
  accessTokenSecret: deriveSecret(masterSecret, `twitter-access-token-secret/${userId}`, 32).toString('hex'),
});

/**
 * The index of the master secret from which a Slack token was derived; undefined if none fits. Such a token is invalid,
 * even if its digest is still stored.
 */
export const slackTokenVersion = (secrets: readonly string[], token: string, owner: SlackTokenOwner) =>
  placeOf(secrets, (secret) => constantTimeEqual(token, slackToken(secret, owner.userId, owner.kind, owner.appId)));

/** The same for what a signed request names: a consumer key, or a user's access token. */
export const twitterKeyVersion = (keys: readonly TwitterKeys[], name: 'consumerKey' | 'accessToken', given: string) =>
  placeOf(keys, (one) => constantTimeEqual(given, one[name]));

function placeOf<T>(list: readonly T[], isWanted: (one: T) => boolean): number | undefined {
  const place = list.findIndex(isWanted);
  return place === -1 ? undefined : place;
}

/** A new version of the master secret: 64 letters and digits, 380 bits, like the one Secrets Manager made first. */
export const newMasterSecret = (): string =>
  Array.from({ length: 64 }, () => ALPHANUMERICS[randomInt(ALPHANUMERICS.length)]).join('');

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * What is stored of a token: SHA-256, hex. A slow hash would not help: tokens have at least 160 random bits, which
 * nobody can guess.
 */
export const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * What a signed request claims. `verify` says whether the signature was made with these two secrets: so the edge needs
 * no secrets, and the flow no request.
 */
export interface SignedCredential {
  consumerKey: string;
  token: string;
  timestampSeconds: number;
  nonce: string;
  /** Ours, unique per request. It tells our own repeated write of a nonce from a replay. */
  requestId: string;
  viewerAddress: string;
  verify(consumerSecret: string, tokenSecret: string): boolean;
}

/** A request signed longer ago than this, or further in the future, is refused. Twitter does not publish its number. */
export const MAX_SKEW_SECONDS = 300;

/** Derives a secret from the master secret and a purpose (HKDF). */
export const deriveSecret = (masterSecret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', masterSecret, '', `headshot/${purpose}`, bytes));
