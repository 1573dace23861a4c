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

/** Name and e-mail address follow the provider's once a day at the most. */
const PROFILE_EVERY_MS = 86_400_000;

/** The user who has an identity, in whatever state they are: one whose claim and record agree. */
export async function findByIdentity(identity: string, users: UserStore): Promise<User | undefined> {
  const id = await users.claimant(claimOn(identity));
  const user = id === undefined ? undefined : await users.get(id);
  return user?.identity === identity ? user : undefined;
}

/**
 * The user who has an identity, made if there is none yet. Undefined for one who was erased: they stay so.
 *
 * The identity is claimed first, with an id, and everybody who comes meanwhile makes the very same user: each step may be done again, by
 * the same request or by another. So 50 first calls make one user, and what died half-way is gone on with.
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
    // The id became somebody else's before the record was there: an operator took its screen name.
    await users.release(claimOn(key), id);
  }
  throw new Error('an identity found no user id of its own');
}

const MAX_TRIES = 10;

const claimOn = (identity: string): Claim => ({ kind: 'oidc', value: identity });

/** The record of that id afterwards; another's, or none, when somebody else had the id by then. */
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
  // Somebody else was first, with the same identity or with the same id.
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

/** What a record can hold of what a token says: names are shown to people and written to logs. */
function profileOf({ name, email }: Identity): { name: string | undefined; email: string | undefined } {
  const printable = [...(name ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim()].slice(0, MAX_NAME_LENGTH).join('').trim();
  return { name: printable || undefined, email: email !== undefined && isEmail(email) ? email : undefined };
}

/** Name and e-mail address as the token has them now, if it has other ones and a day is over; the user's record afterwards. */
export async function followProfile(user: User, identity: Identity, now: Date, users: UserStore): Promise<User> {
  const { name = user.name, email = user.email } = profileOf(identity);
  if (user.profileAt === undefined || (name === user.name && email === user.email)) return user;
  if (now.getTime() - Date.parse(user.profileAt) < PROFILE_EVERY_MS) return user;
  // The address leads to the user before the record names it, as when a user is made.
  if (email !== undefined && email !== user.email) await users.noteEmail(email, user.id);
  const profileAt = now.toISOString();
  if (!(await users.setProfile(user, { name, email }, profileAt))) return user;
  if (user.email !== undefined && user.email.toLowerCase() !== email?.toLowerCase()) {
    await users.releaseEmail(user.email, user.id);
  }
  return { ...user, name, profileAt, ...(email !== undefined && { email }) };
}
