import { createHash } from 'node:crypto';
import type { Crop, Photo, Placeholder } from './photo.ts';
import type { Source } from './upload-policy.ts';
import { HISTORY_LENGTH, type User } from './user.ts';

/**
 * The arithmetic of changes: which number wins, what moves into history, what must go.
 * The last accepted change wins, by its number and never by a clock.
 */

export type UploadState = 'queued' | 'published' | 'superseded' | 'refused' | 'failed';

/** What became of one accepted upload, as `GET /v1/uploads/{id}` tells it. */
export interface Upload {
  id: string;
  userId: string;
  number: number;
  source: Source;
  state: UploadState;
  /** Why it was refused or failed: a refusal's code, or one of ours. */
  reason?: string;
  /** ISO 8601 UTC. */
  acceptedAt: string;
  finishedAt?: string;
  /** Once it is published. */
  placeholder?: Placeholder;
}

/** The work that an accepted upload leaves for the worker: everything it needs besides the raw file. */
export interface Job {
  uploadId: string;
  userId: string;
  number: number;
  source: Source;
  crop?: Crop;
  acceptedAt: string;
}

/** The name of what an upload publishes: 20 hex digits, never derived from the picture's bytes. */
export const versionOf = (uploadId: string): string => createHash('sha256').update(uploadId).digest('hex').slice(0, 20);

/** Where a change stands against the record as it was just read. */
export type ChangeStatus = 'due' | 'done' | 'superseded' | 'gone';

/**
 * `due`: it may be shown now. `done`: it is shown, perhaps again by an undo, or was and is kept in history.
 * `superseded`: a later change is shown. `gone`: there is no active user to show it.
 */
export function changeStatus(user: User | undefined, number: number): ChangeStatus {
  if (user === undefined || user.state !== 'active') return 'gone';
  // Not by `shown` alone: after an undo that is the undo's number, and the photo shown has an older one of its own.
  if (user.shown === number || photoOf(user, number) !== undefined) return 'done';
  return user.shown > number ? 'superseded' : 'due';
}

/** What showing a new photo does to the old ones: the former photo leads the history, what falls out of it is evicted. */
export function retire(user: User): { history: Photo[]; evicted: Photo[] } {
  const before = photosOf(user);
  return {
    history: before.slice(0, HISTORY_LENGTH),
    evicted: before.slice(HISTORY_LENGTH),
  };
}

/**
 * What an undo does: the newest of history is shown again, and the photo that it replaces goes, so that undoing again
 * leads one further back. Without a photo (after a delete nothing is left) there is nothing to undo.
 */
export function stepBack(user: User): { photo: Photo; history: Photo[]; evicted: Photo[] } | undefined {
  const [photo, ...history] = user.history;
  if (photo === undefined) return undefined;
  return { photo, history, evicted: user.photo === undefined ? [] : [user.photo] };
}

/** The photo of one change, shown now or kept in history. */
export const photoOf = (user: User, number: number): Photo | undefined =>
  photosOf(user).find((photo) => photo.number === number);

/** Every photo that a delete retires: the one shown and those in history. */
export const photosOf = (user: User): Photo[] =>
  user.photo === undefined ? user.history : [user.photo, ...user.history];
