import { digest, SLACK_USER_SCOPES, slackToken, type TwitterKeys, twitterKeys } from '../core/credential.ts';
import type { CredentialStore } from '../store/credentials.ts';

/** Twitter's access levels, and what a token of each may do. */
export const TWITTER_ACCESS = { 'read-only': ['read'], 'read-write': ['read', 'write'] } as const;

export interface IssuedCredentials {
  slackToken: string;
  twitter: TwitterKeys;
}

/**
 * A user's credentials for every door, derived from the master secret; only their digests are stored. Issuing them
 * again gives the same ones, so they can be shown again.
 */
export async function issueCredentials(
  userId: string,
  masterSecret: string,
  credentials: CredentialStore,
): Promise<IssuedCredentials> {
  const issued = { slackToken: slackToken(masterSecret, userId), twitter: twitterKeys(masterSecret, userId) };
  const scopes = [...SLACK_USER_SCOPES];
  await credentials.ensure({ digest: digest(issued.slackToken), kind: 'slack', userId, scopes });
  await credentials.ensure({ digest: digest(issued.twitter.consumerKey), kind: 'twitter-app', userId: '', scopes: [] });
  await credentials.ensure({
    digest: digest(issued.twitter.accessToken),
    kind: 'twitter',
    userId,
    scopes: [...TWITTER_ACCESS['read-write']],
  });
  return issued;
}

/** Changes what a user's Twitter token may do. */
export async function setTwitterAccess(
  userId: string,
  level: keyof typeof TWITTER_ACCESS,
  masterSecret: string,
  credentials: CredentialStore,
): Promise<void> {
  const { twitter } = await issueCredentials(userId, masterSecret, credentials);
  await credentials.setScopes(digest(twitter.accessToken), [...TWITTER_ACCESS[level]]);
}
