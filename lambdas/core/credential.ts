import { createHash, hkdfSync, randomInt } from 'node:crypto';
import { constantTimeEqual } from './constant-time-equal.ts';

/**
 * Tokens and keys, derived from the master secret (HKDF, RFC 5869), so that they can be shown again without being
 * stored anywhere. What is stored is a digest.
 */

/** What Slack's methods need of a user token, in Slack's terms. */
export const SLACK_USER_SCOPES = [
  'users.profile:read',
  'users.profile:write',
  'users:read',
  'users:read.email',
] as const;

/** What tokens are issued to unless another app is named. */
export const DEFAULT_APP = 'default';

/** Slack's kinds of tokens: a person's, a bot's, and the workspace tokens of old. */
export const TOKEN_KINDS = ['user', 'bot', 'workspace'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** How tokens of each kind begin, as Slack's do. */
const TOKEN_PREFIX = { user: 'xoxp', bot: 'xoxb', workspace: 'xoxa-2' } as const satisfies Record<TokenKind, string>;

export interface TwitterKeys {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** Whose a Slack token is, of what kind, and for what app: with a master secret, this is the token. */
export interface SlackTokenOwner {
  userId: string;
  kind: TokenKind;
  appId: string;
}

/** A Slack token of a user, in the shape that Slack's look like: `xoxp-…`. 192 bits that cannot be guessed. */
export function slackToken(
  masterSecret: string,
  userId: string,
  kind: TokenKind = 'user',
  appId = DEFAULT_APP,
): string {
  // A user's token for the default app was the only one at first, so its purpose names neither.
  const isPlain = kind === 'user' && appId === DEFAULT_APP;
  const purpose = isPlain ? `slack-token/${userId}` : `slack-token/${kind}/${appId}/${userId}`;
  return `${TOKEN_PREFIX[kind]}-${userId}-${deriveSecret(masterSecret, purpose, 24).toString('hex')}`;
}

/** OAuth 1.0a keys of the default app and of one user; an access token begins with the user's id, as Twitter's do. */
export const twitterKeys = (masterSecret: string, userId: string): TwitterKeys => ({
  consumerKey: deriveSecret(masterSecret, `twitter-consumer-key/${DEFAULT_APP}`, 16).toString('hex'),
  consumerSecret: deriveSecret(masterSecret, `twitter-consumer-secret/${DEFAULT_APP}`, 32).toString('hex'),
  accessToken: `${userId}-${deriveSecret(masterSecret, `twitter-access-token/${userId}`, 20).toString('hex')}`,
  accessTokenSecret: deriveSecret(masterSecret, `twitter-access-token-secret/${userId}`, 32).toString('hex'),
});

/**
 * From which of the master secret's versions a Slack token was derived: its place among them; undefined when from none. A
 * token whose version is gone is no token any more, whatever is stored of it.
 */
export const slackTokenVersion = (secrets: readonly string[], token: string, owner: SlackTokenOwner) =>
  placeOf(secrets, (secret) => constantTimeEqual(token, slackToken(secret, owner.userId, owner.kind, owner.appId)));

/** The same of what a signed request names: a consumer key, or a user's access token. */
export const twitterKeyVersion = (keys: readonly TwitterKeys[], name: 'consumerKey' | 'accessToken', given: string) =>
  placeOf(keys, (one) => constantTimeEqual(given, one[name]));

function placeOf<T>(list: readonly T[], isWanted: (one: T) => boolean): number | undefined {
  const place = list.findIndex(isWanted);
  return place === -1 ? undefined : place;
}

/** A new version of the master secret: as long as what Secrets Manager made at first, 64 letters and digits, 380 bits. */
export const newMasterSecret = (): string =>
  Array.from({ length: 64 }, () => ALPHANUMERICS[randomInt(ALPHANUMERICS.length)]).join('');

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * What is stored of a token: SHA-256, hex. A plain digest is enough because a token has 160 bits or more of its own:
 * there is nothing to guess that a slower hash would slow down.
 */
export const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

/**
 * A signed request's claim, checked without its secrets being known to whoever read it: `verify` says whether the
 * signature was made with these two.
 */
export interface SignedCredential {
  consumerKey: string;
  token: string;
  timestampSeconds: number;
  nonce: string;
  /** Ours, unique for each request: our own retried write of a nonce must not look like a replay. */
  requestId: string;
  /** Where the request came from. */
  viewerAddress: string;
  verify(consumerSecret: string, tokenSecret: string): boolean;
}

/** A request signed longer ago than this, or as far in the future, is refused. Twitter's own number is not published. */
export const MAX_SKEW_SECONDS = 300;

/** What every secret of ours is made of: HKDF, of the master secret and what the secret is for. */
export const deriveSecret = (masterSecret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', masterSecret, '', `headshot/${purpose}`, bytes));
