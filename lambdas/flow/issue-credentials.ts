import { digest, SLACK_USER_SCOPES, slackToken, type TwitterKeys, twitterKeys } from '../core/credential.ts';
import type { CredentialStore } from '../store/credentials.ts';

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
  await credentials.put({ digest: digest(issued.slackToken), kind: 'slack', userId, scopes });
  await credentials.put({ digest: digest(issued.twitter.accessToken), kind: 'twitter', userId, scopes: [] });
  return issued;
}
