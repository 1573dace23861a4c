import { createHash, hkdfSync } from 'node:crypto';

/**
 * Tokens and keys, derived from the master secret (HKDF, RFC 5869), so that they can be shown again without being
 * stored anywhere. What is stored is a digest.
 */

/** What Slack's methods need of a user token, in Slack's words. */
export const SLACK_USER_SCOPES = ['users.profile:read', 'users.profile:write', 'users:read'] as const;

/** One app for all users until there are more. */
const DEFAULT_APP = 'default';

export interface TwitterKeys {
  consumerKey: string;
  consumerSecret: string;
  accessToken: string;
  accessTokenSecret: string;
}

/** A Slack user token, in the shape that Slack's look like: `xoxp-…`. 192 bits that cannot be guessed. */
export const slackToken = (masterSecret: string, userId: string): string =>
  `xoxp-${userId}-${derive(masterSecret, `slack-token/${userId}`, 24).toString('hex')}`;

/** OAuth 1.0a keys of the default app and of one user; an access token begins with the user's id, as Twitter's do. */
export const twitterKeys = (masterSecret: string, userId: string): TwitterKeys => ({
  consumerKey: derive(masterSecret, `twitter-consumer-key/${DEFAULT_APP}`, 16).toString('hex'),
  consumerSecret: derive(masterSecret, `twitter-consumer-secret/${DEFAULT_APP}`, 32).toString('hex'),
  accessToken: `${userId}-${derive(masterSecret, `twitter-access-token/${userId}`, 20).toString('hex')}`,
  accessTokenSecret: derive(masterSecret, `twitter-access-token-secret/${userId}`, 32).toString('hex'),
});

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
  verify(consumerSecret: string, tokenSecret: string): boolean;
}

/** A request signed longer ago than this, or as far in the future, is refused. Twitter's own number is not published. */
export const MAX_SKEW_SECONDS = 300;

const derive = (masterSecret: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', masterSecret, '', `headshot/${purpose}`, bytes));
