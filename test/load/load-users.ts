import { MAX_BURST, MAX_PER_MINUTE } from '../../lambdas/core/rate-limit.ts';
import { createUser, DEFAULT_TEAM } from '../../lambdas/flow/create-user.ts';
import { issueCredentials } from '../../lambdas/flow/issue-credentials.ts';
import { dynamoClient, secretsManagerClient } from '../../lambdas/store/aws-clients.ts';
import { credentialStore } from '../../lambdas/store/credentials.ts';
import { secretStore } from '../../lambdas/store/secrets.ts';
import { teamStore } from '../../lambdas/store/teams.ts';
import { userStore } from '../../lambdas/store/users.ts';
import type { Running } from '../../local/running-file.ts';

export interface LoadUser {
  id: string;
  slackId: string;
  screenName: string;
  token: string;
  twitter: Awaited<ReturnType<typeof issueCredentials>>['twitter'];
  /** The version that everybody must see now; undefined for no photo. */
  version?: string;
}

/** Makes users in a running service, without faults, and gives their team higher limits than Slack ever could. */
export async function loadUsers(
  { outputs, aws_endpoints, region }: Running,
  count: number,
  prefix = 'load',
): Promise<LoadUser[]> {
  for (const [service, endpoint] of Object.entries(aws_endpoints)) {
    const name = service === 'secretsmanager' ? 'SECRETS_MANAGER' : service.toUpperCase();
    process.env[`AWS_ENDPOINT_URL_${name}`] = endpoint;
  }
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCESS_KEY_ID: 'load', AWS_SECRET_ACCESS_KEY: 'load' });
  const { TableUsers = '', TableTeams = '', TableCredentials = '', SecretMaster = '' } = outputs;
  const db = dynamoClient();
  const stores = { users: userStore(db, TableUsers), teams: teamStore(db, TableTeams) };
  const credentials = credentialStore(db, TableCredentials);
  const masterSecret = await secretStore(secretsManagerClient()).current(SecretMaster);
  const unbounded = { perMinute: MAX_PER_MINUTE, burst: MAX_BURST };
  await stores.teams.ensure(DEFAULT_TEAM);
  await stores.teams.setLimits(DEFAULT_TEAM.id, { tier2: unbounded, tier4: unbounded, special: unbounded });
  const users: LoadUser[] = [];
  for (let number = 1; number <= count; number++) {
    const created = await createUser({ screenName: `${prefix}_${number}`, name: `Load ${number}` }, stores);
    if (!created.ok) throw new Error(created.refusal.code);
    const { id, slackId, screenName } = created.value;
    const issued = await issueCredentials(created.value, masterSecret, credentials);
    users.push({ id, slackId, screenName, token: issued.slackToken, twitter: issued.twitter });
  }
  return users;
}
