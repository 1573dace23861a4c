import { type Identity, identityKey } from '../core/identity.ts';
import type { CredentialRefusal, IdentityRefusal, LookUpRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { Caller, User } from '../core/user.ts';
import { AWAY, mayComeFrom, teamOf } from './authenticate.ts';
import { TWITTER_ACCESS } from './issue-credentials.ts';
import { ensureUserOfIdentity, findByIdentity, followProfile, type IdentityStores } from './user-of-identity.ts';

interface IdentityFlow extends IdentityStores {
  verifyToken: (token: string) => Promise<Result<Identity, IdentityRefusal>>;
  /** Whether to create the user of a new identity, and to update name and e-mail address from the token. */
  mayWrite: boolean;
}

/**
 * The caller of an identity provider's token. Checked in this order: token, user, network, user's state, team. The
 * first token of a new identity creates the user if `mayWrite`; otherwise there is no user yet.
 */
export async function authenticateIdentity(
  { token, viewerAddress, now }: { token: string; viewerAddress: string; now: Date },
  { verifyToken, mayWrite, ...stores }: IdentityFlow,
): Promise<Result<Caller, CredentialRefusal | LookUpRefusal>> {
  const verified = await verifyToken(token);
  if (!verified.ok) return verified;
  const identity = verified.value;
  const user = (await findByIdentity(identityKey(identity), stores.users)) ?? (await made());
  if (user === undefined) return refused(mayWrite ? { code: 'inactive-user' } : { code: 'unknown-user' });
  const team = await teamOf(user, undefined, stores.teams);
  if (!mayComeFrom(viewerAddress, team)) return refused({ code: 'network-not-allowed' });
  if (user.state !== 'active') return refused({ code: 'inactive-user' });
  const away = AWAY[team.state];
  if (away !== undefined) return refused({ code: away });
  return accepted({
    user: mayWrite ? await followProfile(user, identity, now, stores.users) : user,
    team,
    scopes: [...TWITTER_ACCESS['read-write']],
    ...(identity.isAdmin && { isAdmin: true }),
  });

  async function made(): Promise<User | undefined> {
    return mayWrite ? ensureUserOfIdentity(identity, now, stores) : undefined;
  }
}
