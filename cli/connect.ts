import type { User } from '../lambdas/core/user.ts';
import { issueCredentials } from '../lambdas/flow/issue-credentials.ts';
import { appStore } from '../lambdas/store/apps.ts';
import { dynamoClient, secretsManagerClient } from '../lambdas/store/aws-clients.ts';
import { credentialStore } from '../lambdas/store/credentials.ts';
import { limitStore } from '../lambdas/store/limits.ts';
import { secretVersions } from '../lambdas/store/secret-versions.ts';
import { secretStore } from '../lambdas/store/secrets.ts';
import { teamStore } from '../lambdas/store/teams.ts';
import { userStore } from '../lambdas/store/users.ts';
import { target as chosenTarget } from './choose-target.ts';
import { output } from './target.ts';

export type Connection = ReturnType<typeof connect>;

/** The stores of the chosen service, for commands. */
export function connect() {
  const target = chosenTarget();
  const db = dynamoClient();
  const secretsManager = secretsManagerClient();
  const secrets = secretStore(secretsManager);
  // A stack from before this setting does not say.
  const hasAvatars = target.outputs.Avatars === 'true';
  const credentials = credentialStore(db, output(target, 'TableCredentials'));
  const masterSecret = () => secrets.current(output(target, 'SecretMaster'));
  /** Undefined unless a rotation is under way. */
  const previousSecret = async () => (await secrets.versions(output(target, 'SecretMaster')))[1];
  return {
    users: userStore(db, output(target, 'TableUsers'), { hasAvatars }),
    hasAvatars,
    apps: appStore(db, output(target, 'TableTeams')),
    teams: teamStore(db, output(target, 'TableTeams')),
    credentials,
    limits: limitStore(db, output(target, 'TableLimits')),
    masterSecret,
    previousSecret,
    /** A user's credentials, the same each time. */
    issue: async (user: User) => issueCredentials(user, await masterSecret(), credentials, await previousSecret()),
    masterVersions: secretVersions(secretsManager, output(target, 'SecretMaster')),
  };
}
