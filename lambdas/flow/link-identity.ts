import { accepted, type Result, refused } from '../core/result.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

export type LinkRefusal =
  /** The user has another identity already. */
  | { code: 'linked-already'; identity: string }
  /** The identity is another user's. */
  | { code: 'identity-taken'; userId: string };

/**
 * Joins a user to an identity at the provider, so that its tokens speak for them; name and e-mail address follow the provider from its next
 * token on. The record first: until the claim is there too, it counts for nothing. Repeating it is harmless.
 */
export async function linkIdentity(user: User, identity: string, users: UserStore): Promise<Result<User, LinkRefusal>> {
  const claim = { kind: 'oidc', value: identity } as const;
  if (user.identity !== undefined && user.identity !== identity) {
    return refused({ code: 'linked-already', identity: user.identity });
  }
  // Long ago, so that the next token's name counts.
  const profileAt = new Date(0).toISOString();
  const isNew = await users.setIdentity(user.id, identity, profileAt);
  if (!(await users.claim(claim, user.id))) {
    if (isNew) await users.removeIdentity(user.id, identity);
    return refused({ code: 'identity-taken', userId: (await users.claimant(claim)) ?? '' });
  }
  const after = await users.get(user.id);
  if (after?.identity !== identity) return refused({ code: 'linked-already', identity: after?.identity ?? '' });
  return accepted(after);
}

/** Takes the identity away again: its next token makes a user of its own. False when the user has none. */
export async function unlinkIdentity({ id, identity }: User, users: UserStore): Promise<boolean> {
  if (identity === undefined) return false;
  const removed = await users.removeIdentity(id, identity);
  await users.release({ kind: 'oidc', value: identity }, id);
  return removed;
}
