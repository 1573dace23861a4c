import type { TokenKind } from './credential.ts';
import type { Evicted, Photo } from './photo.ts';
import type { Rate, SlackTier } from './rate-limit.ts';

/** An erased user leaves a tombstone for a while, so that work in flight finds it and stops. */
export type UserState = 'active' | 'deactivated' | 'erased';

export interface User {
  /** Decimal, below 2^53: Twitter's `id`, and part of photo names. */
  id: string;
  /** `U` and capitals or digits, as at Slack. */
  slackId: string;
  teamId: string;
  /** Twitter's @name: 1 to 15 of `A-Z a-z 0-9 _`. Stored as given, unique regardless of case. */
  screenName: string;
  name: string;
  email?: string;
  state: UserState;
  /** Issuer and subject (`identityKey`) of a user who signs in at the identity provider. */
  identity?: string;
  /** When a token last set name and e-mail address, ISO 8601 UTC. Absent: tokens do not change them. */
  profileAt?: string;
  /** Why an administrator has locked the photo. Absent: it is not locked. */
  photoLock?: string;
  /** A legacy bot: it may read, but cannot set a photo. */
  isBot?: boolean;
  /** The user does not want to be found by a hash of their e-mail address. */
  hidesAvatar?: boolean;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** When it was last changed by hand; imports do not move it. A file put earlier, or in the same moment, yields. */
  changedAt?: string;
  /** The row and the file's time of the import that made the last accepted change. Absent for any other change. */
  importedFrom?: string;
  importedAt?: string;
  /** When an import was last undone. */
  rolledBackAt?: string;
  /** The last number given to a change. Only grows. */
  seq: number;
  /** The number of the change that is shown; 0 before the first. Only grows. */
  shown: number;
  photo?: Photo;
  /** Earlier photos, newest first, at most `HISTORY_LENGTH`. Their URLs still work. */
  history: Photo[];
  /** Photos whose objects must be deleted. */
  evicted: Evicted[];
}

/** What an administrator changes about a user: undefined leaves a value, null removes it. */
export interface UserChange {
  name?: string | undefined;
  email?: string | null | undefined;
  state?: Exclude<UserState, 'erased'> | undefined;
  photoLock?: string | null | undefined;
}

/** How administrators find users. A subject is the identity provider's. */
export interface UserQuery {
  by: 'email' | 'screen_name' | 'subject';
  value: string;
}

/** When anything about the user last changed, ISO 8601 UTC. */
export const lastChangeOf = ({ createdAt, changedAt = '', importedAt = '', rolledBackAt = '' }: User): string =>
  [createdAt, changedAt, importedAt, rolledBackAt].reduce((latest, at) => (at > latest ? at : latest));

/** The URL of a replaced photo works as long as it is among the last five shown. */
export const HISTORY_LENGTH = 5;

export interface Team {
  /** `T` and capitals or digits, as at Slack. */
  id: string;
  name: string;
  /** Slack's workspace subdomain, as `auth.test` returns it. */
  domain: string;
  state: TeamState;
  /** Tokens may only be used from these, in CIDR notation. Empty: from anywhere. */
  allowedNetworks: string[];
  /** The team's own rate limits, where they differ from Slack's. */
  limits: Partial<Record<SlackTier, Rate>>;
}

/**
 * `migrating`: unavailable until the enterprise migration is done. `joining-organization`: being moved into an
 * Enterprise Organization. Both are Slack's.
 */
export const TEAM_STATES = ['active', 'deactivated', 'migrating', 'joining-organization'] as const;
export type TeamState = (typeof TEAM_STATES)[number];

/** The caller that a credential was checked for. */
export interface Caller {
  user: User;
  team: Team;
  /** The credential's scopes, by Slack's names. */
  scopes: string[];
  /** May act on other users, through `/v1/users`. */
  isAdmin?: boolean;
}

/** The caller of a bearer token, and what the token is. */
export interface BearerCaller extends Caller {
  tokenKind: TokenKind;
  appId: string;
  /** When the token expires; absent if it does not. */
  validUntilSeconds?: number;
}

/** An app that tokens are issued to, as in Slack and Twitter. Rate limits are counted per app. */
export interface App {
  id: string;
  name: string;
  /** Tokens of a removed app do not work until the app is restored. */
  state: AppState;
}

export const APP_STATES = ['installed', 'removed'] as const;
export type AppState = (typeof APP_STATES)[number];
