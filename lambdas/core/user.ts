import type { Photo } from './photo.ts';

/** An erased user keeps a tombstone for a while, so that work in flight finds it and stops. */
export type UserState = 'active' | 'deactivated' | 'erased';

export interface User {
  /** Decimal, below 2^53: Twitter's `id`, and part of photo names. */
  id: string;
  /** `U` and capitals or digits, as Slack's. */
  slackId: string;
  teamId: string;
  /** Twitter's @name, 1 to 15 of `A-Z a-z 0-9 _`; kept as given, unique regardless of case. */
  screenName: string;
  name: string;
  email?: string;
  state: UserState;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** When the last change was accepted; an import older than this yields to it. */
  changedAt?: string;
  /** Numbers given out to changes so far. It only grows. */
  seq: number;
  /** Number of the change that is shown; 0 before the first. It only grows. */
  shown: number;
  photo?: Photo;
  /** The photos shown before, newest first, at most `HISTORY_LENGTH`. Their URLs still work. */
  history: Photo[];
  /** Versions whose objects must go. */
  evicted: string[];
}

/** A replaced photo's URL works while the photo is among the last five shown. */
export const HISTORY_LENGTH = 5;

export interface Team {
  /** `T` and capitals or digits, as Slack's. */
  id: string;
  name: string;
  /** Slack's workspace subdomain, as `auth.test` tells it. */
  domain: string;
}

/** Who is asking: the outcome of checking a credential. */
export interface Caller {
  user: User;
  team: Team;
  /** Slack's names of what the credential may do. */
  scopes: string[];
}
