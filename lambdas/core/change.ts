import { createHash } from 'node:crypto';
import type { ChosenCrop, Photo, Placeholder, RequestedCrop } from './photo.ts';
import type { Source } from './upload-policy.ts';
import { HISTORY_LENGTH, type User } from './user.ts';

/**
 * The arithmetic of changes: which number wins, what moves into history, what must be deleted.
 * The accepted change with the highest number wins. Clocks do not matter.
 */

export const UPLOAD_STATES = ['queued', 'published', 'superseded', 'refused', 'failed'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

/** An accepted upload and what became of it, as `GET /v1/uploads/{id}` reports it. */
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
  /** Of an upload that may be sent again: SHA-256 of its bytes, hex. With the crop, it tells a repeat from another. */
  digest?: string;
  crop?: RequestedCrop;
  /** What its squares show, once it is published. */
  chosenCrop?: ChosenCrop;
}

/** A queued upload: all that the worker needs besides the raw file. */
export interface Job {
  uploadId: string;
  userId: string;
  number: number;
  source: Source;
  crop?: RequestedCrop;
  /** Part of the raw file's key; absent where the key has none. */
  digest?: string;
  acceptedAt: string;
}

/** The job of an upload whose row has a digest, and therefore its crop. */
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
 * The id of an upload that was sent with an `Idempotency-Key`: the same for the same user and key, however often it is
 * sent. A UUID made from a digest (RFC 9562, version 8).
 */
export function keyedUploadId(userId: string, key: string): string {
  const hex = createHash('sha256').update(`${userId}\n${key}`).digest('hex');
  // Version and variant have fixed places in a UUID (section 5.8).
  const variant = (8 + (Number.parseInt(hex[16] ?? '0', 16) % 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** How a change compares with the user's record. */
export type ChangeStatus = 'due' | 'done' | 'superseded' | 'gone';

/**
 * `due`: it may be shown now. `done`: it is shown, or it was and is in the history. `superseded`: a later change is
 * shown. `gone`: there is no active user.
 */
export function changeStatus(user: User | undefined, number: number): ChangeStatus {
  if (user === undefined || user.state !== 'active') return 'gone';
  // `shown` alone is not enough: after an undo it is the undo's number, and the photo has an older number of its own.
  if (user.shown === number || photoOf(user, number) !== undefined) return 'done';
  return user.shown > number ? 'superseded' : 'due';
}

/** Makes room for a new photo: the current one leads the history, and what no longer fits is evicted. */
export function retire(user: User): { history: Photo[]; evicted: Photo[] } {
  const before = photosOf(user);
  return {
    history: before.slice(0, HISTORY_LENGTH),
    evicted: before.slice(HISTORY_LENGTH),
  };
}

/**
 * An undo: the newest photo of the history is shown again, and the one it replaces is evicted. So a second undo goes
 * one further back. Undefined where the history is empty, as it is after a delete.
 */
export function stepBack(user: User): { photo: Photo; history: Photo[]; evicted: Photo[] } | undefined {
  const [photo, ...history] = user.history;
  if (photo === undefined) return undefined;
  return { photo, history, evicted: user.photo === undefined ? [] : [user.photo] };
}

/**
 * A restore: a photo of the history is shown again, and the one it replaces leads the rest. Nothing is evicted.
 * Undefined when the history does not have that version; after a delete it has none.
 */
export function stepTo(user: User, version: string): { photo: Photo; history: Photo[] } | undefined {
  const photo = user.history.find((one) => one.version === version);
  if (photo === undefined) return undefined;
  return { photo, history: photosOf(user).filter((one) => one !== photo) };
}

/** The photo of a change, if it is shown or in the history. */
export const photoOf = (user: User, number: number): Photo | undefined =>
  photosOf(user).find((photo) => photo.number === number);

/** The photo that is shown and those of the history. */
export const photosOf = (user: User): Photo[] =>
  user.photo === undefined ? user.history : [user.photo, ...user.history];
