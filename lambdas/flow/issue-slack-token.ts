import {
  DEFAULT_APP,
  digest,
  SLACK_USER_SCOPES,
  type SlackTokenOwner,
  slackToken,
  type TokenKind,
} from '../core/credential.ts';
import type { CredentialStore } from '../store/credentials.ts';
import { ensureRotatedCredential } from './ensure-rotated-credential.ts';

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
