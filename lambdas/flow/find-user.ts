import type { LookUpRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { MAX_USER_BYTES } from '../core/row-bounds.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

/** A user of any team by Slack id. Erased users are unknown. */
export async function findBySlackId(slackId: string, users: UserStore): Promise<Result<User, LookUpRefusal>> {
  const id = await users.claimant({ kind: 'slack_id', value: slackId });
  const user = id === undefined ? undefined : await users.get(id);
  return user === undefined || user.state === 'erased' ? refused({ code: 'unknown-user' }) : accepted(user);
}

/** A user by id. Erased users are unknown, and impossible ids are not looked up. */
export async function findById(id: string, users: UserStore): Promise<Result<User, LookUpRefusal>> {
  const user = /^[1-9]\d{0,15}$/.test(id) ? await users.get(id) : undefined;
  return user === undefined || user.state === 'erased' ? refused({ code: 'unknown-user' }) : accepted(user);
}

/** A user by screen name, regardless of case. */
export async function findByScreenName(screenName: string, users: UserStore): Promise<Result<User, LookUpRefusal>> {
  const isPossible = /^\w{1,15}$/.test(screenName);
  const id = isPossible ? await users.claimant({ kind: 'screen_name', value: screenName }) : undefined;
  return id === undefined ? refused({ code: 'unknown-user' }) : findById(id, users);
}

/** A user by id (all digits), Slack id or screen name. Erased users are unknown. */
export async function findUser(called: string, users: UserStore): Promise<User | undefined> {
  if (Buffer.byteLength(called) > MAX_USER_BYTES) return undefined;
  const id = /^\d+$/.test(called)
    ? called
    : ((await users.claimant({ kind: 'slack_id', value: called })) ??
      (await users.claimant({ kind: 'screen_name', value: called.replace(/^@/, '') })));
  const user = id === undefined ? undefined : await users.get(id);
  return user?.state === 'erased' ? undefined : user;
}
