import { digest, SLACK_USER_SCOPES, slackToken, type TwitterKeys, twitterKeys } from '../core/credential.ts';
import type { User } from '../core/user.ts';
import type { CredentialStore } from '../store/credentials.ts';
import { ensureRotatedCredential } from './ensure-rotated-credential.ts';

/** Twitter's access levels, and the scopes of each. */
export const TWITTER_ACCESS = { 'read-only': ['read'], 'read-write': ['read', 'write'] } as const;

type CredentialOwner = Pick<User, 'id' | 'teamId'>;

export interface IssuedCredentials {
  slackToken: string;
  twitter: TwitterKeys;
}

/**
 * A user's credentials for every API, derived from the master secret. Only digests are stored. Issuing again gives the
 * same ones, so they can be shown again.
 * @param previousSecret during a rotation: a new token keeps the rights of the one that it replaces
 */
export async function issueCredentials(
  { id: userId, teamId }: CredentialOwner,
  masterSecret: string,
  credentials: CredentialStore,
  previousSecret?: string,
): Promise<IssuedCredentials> {
  const issued = { slackToken: slackToken(masterSecret, userId), twitter: twitterKeys(masterSecret, userId) };
  const before = previousSecret === undefined ? undefined : twitterKeys(previousSecret, userId);
  await ensureRotatedCredential(
    { digest: digest(issued.slackToken), kind: 'slack', userId, teamId, scopes: [...SLACK_USER_SCOPES] },
    previousSecret && digest(slackToken(previousSecret, userId)),
    credentials,
  );
  await credentials.ensure({ digest: digest(issued.twitter.consumerKey), kind: 'twitter-app', userId: '', scopes: [] });
  const scopes = [...TWITTER_ACCESS['read-write']];
  await ensureRotatedCredential(
    { digest: digest(issued.twitter.accessToken), kind: 'twitter', userId, teamId, scopes },
    before && digest(before.accessToken),
    credentials,
  );
  return issued;
}

/** Changes the rights of a user's Twitter token, and of the one that it replaces, if that still works. */
export async function setTwitterAccess(
  user: CredentialOwner,
  level: keyof typeof TWITTER_ACCESS,
  masterSecret: string,
  credentials: CredentialStore,
  previousSecret?: string,
): Promise<void> {
  await issueCredentials(user, masterSecret, credentials, previousSecret);
  for (const secret of [masterSecret, previousSecret]) {
    const key = secret && digest(twitterKeys(secret, user.id).accessToken);
    if (key && (await credentials.byDigest(key))) await credentials.setScopes(key, [...TWITTER_ACCESS[level]]);
  }
}
