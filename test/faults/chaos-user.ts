import { digest, slackToken, twitterKeys } from '../../lambdas/core/credential.ts';
import type { User } from '../../lambdas/core/user.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { issueCredentials } from '../../lambdas/flow/issue-credentials.ts';
import type { Onlooker } from './fault-world.ts';

const MASTER_SECRET = 'a master secret of the tests';

let made = 0;

/** A user with credentials for both APIs, made without faults. */
export async function chaosUser({ stores }: Onlooker): Promise<User> {
  const created = await createUser({ screenName: `user_${++made}`, name: 'Ada L' }, stores);
  if (!created.ok) throw new Error(created.refusal.code);
  await issueCredentials(created.value, MASTER_SECRET, stores.credentials);
  return created.value;
}

/** The digests of their credentials. */
export const credentialsOf = (userId: string): string[] => [
  digest(slackToken(MASTER_SECRET, userId)),
  digest(twitterKeys(MASTER_SECRET, userId).accessToken),
];
