import { digest } from '../core/credential.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { Caller } from '../core/user.ts';
import type { CredentialStore } from '../store/credentials.ts';
import type { TeamStore } from '../store/teams.ts';
import type { UserStore } from '../store/users.ts';

export interface AdmitStores {
  credentials: CredentialStore;
  users: UserStore;
  teams: TeamStore;
}

/**
 * Who a bearer token speaks for. The look-up is by the token's digest, so its time says nothing about how much of
 * a guess was right.
 */
export async function admit(
  token: string | undefined,
  { credentials, users, teams }: AdmitStores,
): Promise<Result<Caller, CredentialRefusal>> {
  if (token === undefined || token === '') return refused({ code: 'no-credential' });
  const credential = await credentials.byDigest(digest(token));
  if (credential === undefined || credential.kind !== 'slack') return refused({ code: 'unknown-credential' });
  const user = await users.get(credential.userId);
  if (user === undefined || user.state !== 'active') return refused({ code: 'inactive-user' });
  const team = await teams.get(user.teamId);
  if (team === undefined) throw new Error(`user ${user.id} is in team ${user.teamId}, which does not exist`);
  return accepted({ user, team, scopes: credential.scopes });
}
