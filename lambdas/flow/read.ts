import type { LookUpRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

/** A user of the caller's team, by Slack id. An erased user, and another team's, is unknown. */
export async function findBySlackId(
  slackId: string,
  teamId: string,
  users: UserStore,
): Promise<Result<User, LookUpRefusal>> {
  const id = await users.claimant({ kind: 'slack_id', value: slackId });
  const user = id === undefined ? undefined : await users.get(id);
  if (user === undefined || user.state === 'erased' || user.teamId !== teamId) return refused({ code: 'unknown-user' });
  return accepted(user);
}

/** A user by what a person calls them: user id (all digits), Slack id, or screen name. Erased users are unknown. */
export async function findUser(called: string, users: UserStore): Promise<User | undefined> {
  const id = /^\d+$/.test(called)
    ? called
    : ((await users.claimant({ kind: 'slack_id', value: called })) ??
      (await users.claimant({ kind: 'screen_name', value: called.replace(/^@/, '') })));
  const user = id === undefined ? undefined : await users.get(id);
  return user?.state === 'erased' ? undefined : user;
}
