import { randomInt } from 'node:crypto';
import { accepted, type Result, refused } from '../core/result.ts';
import { MAX_USER_BYTES } from '../core/row-bounds.ts';
import type { Team, User } from '../core/user.ts';
import type { TeamStore } from '../store/teams.ts';
import type { UserStore } from '../store/users.ts';

/** A user belongs to a team: to this one, unless another is named. */
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
  /** Default: the default team. */
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
 * Creates a user with a random id and claims its names. The claim comes first and the record last: a crash in between
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
  // Also while the user is being erased: the name is free once nothing of them is left.
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

/** The record of a user who never had a photo. */
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

/** What is wrong with a request for a user, before anything is looked up. */
export function refusalOfNewUser({ screenName, name, email }: NewUser): CreateRefusal | undefined {
  if (!SCREEN_NAME.test(screenName)) return { code: 'bad-screen-name', screenName };
  const length = [...name].length;
  // Names are shown to people and written to logs: no line breaks, no other control characters.
  if (length === 0 || length > MAX_NAME_LENGTH || /\p{Cc}/u.test(name))
    return { code: 'bad-name', maxLength: MAX_NAME_LENGTH };
  if (email !== undefined && !isEmail(email)) return { code: 'bad-email', email };
  return undefined;
}

/** Longer than a mail server takes it is no address, and a claim on it no key. */
export const isEmail = (email: string): boolean =>
  /^[^@\s]+@[^@\s]+$/.test(email) && Buffer.byteLength(email.normalize('NFC')) <= MAX_USER_BYTES;

/** Slack's shape, `U` and ten capitals or digits; made from the id, so it is as unique. */
const slackIdOf = (id: string): string => `U${Number(id).toString(36).toUpperCase().padStart(10, '0')}`;
