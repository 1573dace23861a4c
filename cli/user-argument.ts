import { Argument } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { findUser } from '../lambdas/flow/find-user.ts';
import type { UserStore } from '../lambdas/store/users.ts';
import { UserError } from './user-error.ts';

/** How every command names a user. */
export const userArgument = (): Argument =>
  new Argument('<user>', 'user id, Slack user id, screen name or e-mail address');

/** The user that a person names. @throws UserError when there is none, or several with the e-mail address */
export async function mustFindUser(called: string, { users }: { users: UserStore }): Promise<User> {
  // A screen name may begin with an @.
  const found = called.includes('@', 1) ? await users.withEmail(called) : [await findUser(called, users)];
  const [user, another] = found;
  if (another !== undefined) {
    const ids = found.map((one) => one?.id).join(', ');
    throw new UserError(`${called} is the address of several users; name one by id: ${ids}`);
  }
  if (user === undefined) throw noUser(called);
  return user;
}

export const noUser = (called: string): UserError =>
  new UserError(`there is no user ${called}; see: headshot users list`);
