import { randomInt } from 'node:crypto';
import { accepted, type Result, refused } from '../core/result.ts';
import { MAX_USER_BYTES } from '../core/row-bounds.ts';
import type { Team, User } from '../core/user.ts';
import type { TeamStore } from '../store/teams.ts';
import type { UserStore } from '../store/users.ts';

/** The team of users for whom no other is named. */
export const DEFAULT_TEAM: Team = {
  id: 'T0HEADSHOT',
  name: 'Headshot',
  domain: 'headshot',
  state: 'active',
  allowedNetworks: [],
  limits: {},
};

export interface NewUser {
  screenName: string;
  name: string;
  email?: string;
  /** The default team if absent. */
  teamId?: string;
}

export type CreateRefusal =
  | { code: 'bad-screen-name'; screenName: string }
  | { code: 'bad-name'; maxLength: number }
  | { code: 'bad-email'; email: string }
  | { code: 'unknown-team'; teamId: string }
  | { code: 'screen-name-taken'; screenName: string };

/** Twitter's rule for screen names. */
const SCREEN_NAME = /^\w{1,15}$/;
/** Twitter's limit for names, in characters. */
export const MAX_NAME_LENGTH = 50;

/**
 * Creates a user with a random id and claims its names. Claims come first and the record last. A crash in between
 * leaves a claim whose user does not exist, and the next try takes it over.
 */
export async function createUser(
  wanted: NewUser,
  { users, teams }: { users: UserStore; teams: TeamStore },
): Promise<Result<User, CreateRefusal>> {
  const refusal = refusalOfNewUser(wanted);
  if (refusal !== undefined) return refused(refusal);
  await teams.ensure(DEFAULT_TEAM);
  const team = await teams.get(wanted.teamId ?? DEFAULT_TEAM.id);
  if (team === undefined) return refused({ code: 'unknown-team', teamId: wanted.teamId ?? '' });

  const screenName = { kind: 'screen_name', value: wanted.screenName } as const;
  const claimant = await users.claimant(screenName);
  // A user who is being erased still counts. The name is free once nothing of them is left.
  if (claimant !== undefined && (await users.get(claimant)) !== undefined) {
    return refused({ code: 'screen-name-taken', screenName: wanted.screenName });
  }
  const id = claimant ?? newUserId();
  const user = newUser(id, wanted, team.id);
  const claimed =
    (await users.claim(screenName, id)) && (await users.claim({ kind: 'slack_id', value: user.slackId }, id));
  if (claimed && user.email !== undefined) await users.noteEmail(user.email, id);
  if (!claimed || !(await users.add(user)))
    return refused({ code: 'screen-name-taken', screenName: wanted.screenName });
  return accepted(user);
}

export const newUserId = (): string => String(randomInt(1_000_000_000, 2 ** 48 - 1));

/** The record of a new user, who has no photo. */
export const newUser = (id: string, { screenName, name, email }: Omit<NewUser, 'teamId'>, teamId: string): User => ({
  id,
  slackId: slackIdOf(id),
  teamId,
  screenName,
  name,
  ...(email !== undefined && { email }),
  state: 'active',
  createdAt: new Date().toISOString(),
  seq: 0,
  shown: 0,
  history: [],
  evicted: [],
});

/** What is wrong with a new user, as far as it is known without a look-up. */
export function refusalOfNewUser({ screenName, name, email }: NewUser): CreateRefusal | undefined {
  if (!SCREEN_NAME.test(screenName)) return { code: 'bad-screen-name', screenName };
  const length = [...name].length;
  // Names are shown and logged: no line breaks or other control characters.
  if (length === 0 || length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name))
    return { code: 'bad-name', maxLength: MAX_NAME_LENGTH };
  if (email !== undefined && !isEmail(email)) return { code: 'bad-email', email };
  return undefined;
}

/** A longer one is no address, because mail servers do not accept it, and it would be too long for a claim's key. */
export const isEmail = (email: string): boolean =>
  /^[^@\s]+@[^@\s]+$/.test(email) && Buffer.byteLength(email.normalize('NFC')) <= MAX_USER_BYTES;

/** Slack's form: `U` and ten capitals or digits. Made from the id, and therefore unique. */
const slackIdOf = (id: string): string => `U${Number(id).toString(36).toUpperCase().padStart(10, '0')}`;
