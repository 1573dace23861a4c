import { accepted, type Result, refused } from '../core/result.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

export type LinkRefusal =
  /** The user already has another identity. */
  | { code: 'linked-already'; identity: string }
  /** The identity belongs to another user. */
  | { code: 'identity-taken'; userId: string };

/**
 * Links a user to an identity at the provider, so that its tokens are theirs. From the next token on, name and e-mail
 * address follow the provider. The record comes first: without the claim it has no effect. Repeating it does no harm.
 */
export async function linkIdentity(user: User, identity: string, users: UserStore): Promise<Result<User, LinkRefusal>> {
  const claim = { kind: 'oidc', value: identity } as const;
  if (user.identity !== undefined && user.identity !== identity) {
    return refused({ code: 'linked-already', identity: user.identity });
  }
  // In the distant past, so that the next token updates the profile.
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

/** Unlinks the identity. Its next token creates a user of its own. False if the user has no identity. */
export async function unlinkIdentity({ id, identity }: User, users: UserStore): Promise<boolean> {
  if (identity === undefined) return false;
  const removed = await users.removeIdentity(id, identity);
  await users.release({ kind: 'oidc', value: identity }, id);
  return removed;
}
