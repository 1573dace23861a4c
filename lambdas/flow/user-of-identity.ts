import { type Identity, identityKey } from '../core/identity.ts';
import { screenNamesFor } from '../core/screen-name.ts';
import type { User } from '../core/user.ts';
import type { TeamStore } from '../store/teams.ts';
import type { Claim } from '../store/user-item.ts';
import type { UserStore } from '../store/users.ts';
import { DEFAULT_TEAM, isEmail, MAX_NAME_LENGTH, newUser, newUserId } from './create-user.ts';

export interface IdentityStores {
  users: UserStore;
  teams: TeamStore;
}

/** The profile follows the provider at most once a day. */
const PROFILE_EVERY_MS = 86_400_000;

/** The user of an identity, in any state. Claim and record must agree. */
export async function findByIdentity(identity: string, users: UserStore): Promise<User | undefined> {
  const id = await users.claimant(claimOn(identity));
  const user = id === undefined ? undefined : await users.get(id);
  return user?.identity === identity ? user : undefined;
}

/**
 * The user of an identity, created if there is none. Undefined if the user was erased: they stay so.
 *
 * The identity is claimed first, with an id, and concurrent requests create the very same user. Every step can be
 * repeated, by the same request or another. So 50 first calls create one user, and what died half-way is continued.
 */
export async function ensureUserOfIdentity(
  identity: Identity,
  now: Date,
  stores: IdentityStores,
): Promise<User | undefined> {
  const key = identityKey(identity);
  const { users } = stores;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const claimant = await users.claimant(claimOn(key));
    if (claimant === undefined && (await users.isRetired(key))) return undefined;
    const id = claimant ?? newUserId();
    if (claimant === undefined && !(await users.claim(claimOn(key), id))) continue;
    const user = (await users.get(id)) ?? (await makeUser(id, identity, now, stores));
    if (user?.identity === key) return user;
    // The id became another user's before the record was there: an operator created a user with its screen name.
    await users.release(claimOn(key), id);
  }
  throw new Error('an identity found no user id of its own');
}

const MAX_TRIES = 10;

const claimOn = (identity: string): Claim => ({ kind: 'oidc', value: identity });

/** Returns the id's record; another user's, or none, if somebody else got the id first. */
async function makeUser(
  id: string,
  identity: Identity,
  now: Date,
  { users, teams }: IdentityStores,
): Promise<User | undefined> {
  const key = identityKey(identity);
  const { name, email } = profileOf(identity);
  const screenName = await claimScreenName(id, screenNamesFor(id, name, email), users);
  await teams.ensure(DEFAULT_TEAM);
  const user: User = {
    ...newUser(id, { screenName, name: name ?? screenName, ...(email !== undefined && { email }) }, DEFAULT_TEAM.id),
    identity: key,
    profileAt: now.toISOString(),
  };
  await users.claim({ kind: 'slack_id', value: user.slackId }, id);
  if (email !== undefined) await users.noteEmail(email, id);
  if (await users.add(user)) return user;
  // Somebody else was first, with the same identity or the same id.
  const first = await users.get(id);
  if (first?.screenName.toLowerCase() !== screenName.toLowerCase()) {
    await users.release({ kind: 'screen_name', value: screenName }, id);
  }
  return first;
}

async function claimScreenName(id: string, wanted: string[], users: UserStore): Promise<string> {
  for (const value of wanted) if (await users.claim({ kind: 'screen_name', value }, id)) return value;
  throw new Error(`user ${id} finds no screen name that is free`);
}

/** The parts of a profile that a record may have: names are shown and logged. */
function profileOf({ name, email }: Identity): { name: string | undefined; email: string | undefined } {
  const printable = [...(name ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, MAX_NAME_LENGTH).join('').trim();
  return { name: printable || undefined, email: email !== undefined && isEmail(email) ? email : undefined };
}

/** Updates name and e-mail address from a token, if they differ and a day has passed. Returns the new record. */
export async function followProfile(user: User, identity: Identity, now: Date, users: UserStore): Promise<User> {
  const { name = user.name, email = user.email } = profileOf(identity);
  if (user.profileAt === undefined || (name === user.name && email === user.email)) return user;
  if (now.getTime() - Date.parse(user.profileAt) < PROFILE_EVERY_MS) return user;
  // As when a user is created, the address leads to the user before the record names it.
  if (email !== undefined && email !== user.email) await users.noteEmail(email, user.id);
  const profileAt = now.toISOString();
  if (!(await users.setProfile(user, { name, email }, profileAt))) return user;
  if (user.email !== undefined && user.email.toLowerCase() !== email?.toLowerCase()) {
    await users.releaseEmail(user.email, user.id);
  }
  return { ...user, name, profileAt, ...(email !== undefined && { email }) };
}
