import { createHash } from 'node:crypto';
import type { ChosenCrop, Photo, Placeholder, RequestedCrop } from './photo.ts';
import type { Source } from './upload-policy.ts';
import { HISTORY_LENGTH, type User } from './user.ts';

/**
 * The arithmetic of changes: which number wins, what moves into history, what must go.
 * The last accepted change wins, by its number and never by a clock.
 */

export const UPLOAD_STATES = ['queued', 'published', 'superseded', 'refused', 'failed'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

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
  /** Of an upload that may be sent again: SHA-256 of its bytes, hex, and its crop. They tell a repeat from another upload. */
  digest?: string;
  crop?: RequestedCrop;
  /** What its squares show, once it is published. */
  chosenCrop?: ChosenCrop;
}

/** The work that an accepted upload leaves for the worker: everything it needs besides the raw file. */
export interface Job {
  uploadId: string;
  userId: string;
  number: number;
  source: Source;
  crop?: RequestedCrop;
  /** Part of the raw file's name, where it is. */
  digest?: string;
  acceptedAt: string;
}

/** The job of an accepted upload whose row has its digest, and so its crop. */
export const jobOfUpload = ({ id, userId, number, source, acceptedAt, crop, digest }: Upload): Job => ({
  uploadId: id,
  userId,
  number,
  source,
  acceptedAt,
  ...(crop !== undefined && { crop }),
  ...(digest !== undefined && { digest }),
});

/** The name of what an upload publishes: 20 hex digits, never derived from the picture's bytes. */
export const versionOf = (uploadId: string): string => createHash('sha256').update(uploadId).digest('hex').slice(0, 20);

/**
 * The id of the upload that a user marks with a key, so that it has the same one however often it is sent: a UUID of a digest (RFC 9562, version 8).
 */
export function keyedUploadId(userId: string, key: string): string {
  const hex = createHash('sha256').update(`${userId}\n${key}`).digest('hex');
  // Version and variant, by the digits in their places (section 5.8).
  const variant = (8 + (Number.parseInt(hex[16] ?? '0', 16) % 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

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

/**
 * What a restore does: one of history is shown again and leaves it, and the photo that it replaces leads what stays. None goes. Undefined
 * when history does not have it; without a photo (after a delete) there is no history.
 */
export function stepTo(user: User, version: string): { photo: Photo; history: Photo[] } | undefined {
  const photo = user.history.find((one) => one.version === version);
  if (photo === undefined) return undefined;
  return { photo, history: photosOf(user).filter((one) => one !== photo) };
}

/** The photo of one change, shown now or kept in history. */
export const photoOf = (user: User, number: number): Photo | undefined =>
  photosOf(user).find((photo) => photo.number === number);

/** Every photo that a delete retires: the one shown and those in history. */
export const photosOf = (user: User): Photo[] =>
  user.photo === undefined ? user.history : [user.photo, ...user.history];
