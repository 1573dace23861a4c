import type { TokenKind } from './credential.ts';
import type { Evicted, Photo } from './photo.ts';
import type { Rate, SlackTier } from './slack-rate-limits.ts';

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
  /** A legacy bot: it may read, but has no photo to set. */
  isBot?: boolean;
  /** Does not want to be shown by a hash of their e-mail address. */
  hidesAvatar?: boolean;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** When somebody last changed it by hand; an import never moves it. A file put before, or in that moment, yields to it. */
  changedAt?: string;
  /** The import that the last accepted change came from: its row, and its file's time. Absent when it came from anywhere else. */
  importedFrom?: string;
  importedAt?: string;
  /** When an import was last taken back. */
  rolledBackAt?: string;
  /** Numbers given out to changes so far. It only grows. */
  seq: number;
  /** Number of the change that is shown; 0 before the first. It only grows. */
  shown: number;
  photo?: Photo;
  /** The photos shown before, newest first, at most `HISTORY_LENGTH`. Their URLs still work. */
  history: Photo[];
  /** Photos whose objects must go. */
  evicted: Evicted[];
}

/** When anything was last changed, by whomever, ISO 8601 UTC. */
export const lastChangeOf = ({ createdAt, changedAt = '', importedAt = '', rolledBackAt = '' }: User): string =>
  [createdAt, changedAt, importedAt, rolledBackAt].reduce((latest, at) => (at > latest ? at : latest));

/** A replaced photo's URL works while the photo is among the last five shown. */
export const HISTORY_LENGTH = 5;

export interface Team {
  /** `T` and capitals or digits, as Slack's. */
  id: string;
  name: string;
  /** Slack's workspace subdomain, as `auth.test` tells it. */
  domain: string;
  state: TeamState;
  /** In CIDR notation. Only from here may tokens be used; empty: from everywhere. */
  allowedNetworks: string[];
  /** Rate limits of its own, where they differ from Slack's. */
  limits: Partial<Record<SlackTier, Rate>>;
}

/**
 * `migrating`: away until its enterprise migration is done. `joining-organization`: being moved into an Enterprise
 * Organization, and not to be relied on meanwhile. Both are Slack's.
 */
export const TEAM_STATES = ['active', 'deactivated', 'migrating', 'joining-organization'] as const;
export type TeamState = (typeof TEAM_STATES)[number];

/** Who is asking: the outcome of checking a credential. */
export interface Caller {
  user: User;
  team: Team;
  /** Slack's names of what the credential may do. */
  scopes: string[];
}

/** Who a bearer token speaks for, and what the token is. */
export interface BearerCaller extends Caller {
  tokenKind: TokenKind;
  appId: string;
  /** When the token stops working; absent for one that does not expire. */
  validUntilSeconds?: number;
}
