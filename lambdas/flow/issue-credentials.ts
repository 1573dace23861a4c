import {
  DEFAULT_APP,
  digest,
  SLACK_USER_SCOPES,
  type SlackTokenOwner,
  slackToken,
  type TokenKind,
  type TwitterKeys,
  twitterKeys,
} from '../core/credential.ts';
import type { User } from '../core/user.ts';
import type { Credential, CredentialStore } from '../store/credentials.ts';

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

/** The scopes of a new token of each kind. Bots and workspace tokens only read, because a photo is a person's. */
const SCOPES: Record<TokenKind, string[]> = {
  user: [...SLACK_USER_SCOPES],
  bot: ['users.profile:read', 'users:read'],
  workspace: ['users.profile:read', 'users:read'],
};

/**
 * A user's Slack token of a kind, for an app. Derived from the master secret, so it is the same each time. Issuing it
 * again does not change its rights.
 * @param previousSecret during a rotation, see `issueCredentials`
 */
export async function issueSlackToken(
  { userId, kind, appId, teamId }: SlackTokenOwner & { teamId: string },
  masterSecret: string,
  credentials: CredentialStore,
  previousSecret?: string,
): Promise<string> {
  const token = slackToken(masterSecret, userId, kind, appId);
  await ensureRotatedCredential(
    {
      digest: digest(token),
      kind: 'slack',
      userId,
      teamId,
      scopes: SCOPES[kind],
      ...(kind !== 'user' && { tokenKind: kind }),
      ...(appId !== DEFAULT_APP && { appId }),
    },
    previousSecret && digest(slackToken(previousSecret, userId, kind, appId)),
    credentials,
  );
  return token;
}

/**
 * Writes a credential unless it exists. It keeps the rights, the end and the revocation of the one that it replaces: a
 * new version of the master secret must not restore a right.
 */
async function ensureRotatedCredential(
  credential: Credential,
  replacedDigest: string | undefined,
  credentials: CredentialStore,
): Promise<void> {
  const replaced = replacedDigest ? await credentials.byDigest(replacedDigest) : undefined;
  await credentials.ensure({ ...credential, ...replaced, digest: credential.digest });
}
