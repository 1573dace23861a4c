import { isDeepStrictEqual } from 'node:util';
import { type Job, jobOfUpload, photosOf, type Upload, type UploadState, versionOf } from '../core/change.ts';
import { afterFirstWrite } from '../core/fault-after-write.ts';
import { rawKey } from '../core/object-keys.ts';
import type { Photo } from '../core/photo.ts';
import type { CredentialRefusal, CropRefusal, FormRefusal, PictureRefusal, RepeatRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { isAccepted } from '../core/ticket.ts';
import type { Source } from '../core/upload-policy.ts';
import type { User } from '../core/user.ts';
import type { JobQueue } from '../store/job-queue.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';
import { type CheckOutcome, checkPicture, type PictureToCheck } from './check-picture.ts';

export interface AcceptStores {
  raw: RawStore;
  users: UserStore;
  uploads: UploadStore;
  jobs: JobQueue;
}

export interface PhotoToAccept extends PictureToCheck {
  uploadId: string;
  userId: string;
  source: Source;
  /** The check of the picture, if it was started before. */
  checked?: Promise<CheckOutcome>;
  /** For an upload that may be sent again with the same id. */
  repeatable?: Repeatable;
  /** ISO 8601 UTC. */
  acceptedAt: string;
  retentionDays: number;
  /** Gives the change's number; by default the user's counter does. Undefined means that the photo is not taken. */
  takeNumber?: () => Promise<number | undefined>;
}

/** An upload that may have been sent before. */
interface Repeatable {
  /** SHA-256 of the bytes, hex. */
  digest: string;
  /** Its row, as read a moment ago. */
  row: Upload | undefined;
  /** The user's record, as read a moment ago. */
  user: User;
}

/** Why a photo is refused. */
type AcceptRefusal = PictureRefusal | CropRefusal | FormRefusal | CredentialRefusal | RepeatRefusal;

/** An acknowledged upload. It will be published, superseded by a later one, or reported as failed. */
interface AcceptedPhoto {
  uploadId: string;
  number: number;
  /** The photo that will be shown. Its names are known before it is rendered. */
  photo: Photo;
  /** `queued`, unless it repeats an upload that is further. */
  state: UploadState;
}

/**
 * ACCEPT: checks a photo with a full bounded decode, then stores the raw file and takes a number, puts the upload's
 * row, and sends the job. A refusal leaves no trace. Once this returns a value, the photo cannot be lost.
 *
 * A repeatable upload may come again, even at the same time. The first row that is put decides what the upload is. Who
 * sends the same gets that upload. Who sends anything else is refused, and their raw file is removed: it has its own
 * key.
 */
export async function accept(
  upload: PhotoToAccept,
  stores: AcceptStores,
): Promise<Result<AcceptedPhoto, AcceptRefusal>> {
  const { uploadId, userId, source, acceptedAt, crop, repeatable } = upload;
  const digest = repeatable?.digest;
  const known = repeatable?.row;
  if (known !== undefined && !isSame(known, upload)) return refused({ code: 'other-upload' });
  const checked = await (upload.checked ?? checkPicture(upload));
  if (!checked.ok) return checked;

  const photoOfRow = (row: Upload): Photo => ({
    ...checked.value.master,
    version: versionOf(uploadId),
    format: checked.value.format,
    number: row.number,
    publishedAt: row.acceptedAt,
  });
  const jobOf = (row: Upload): Job => jobOfUpload({ ...row, ...(crop && { crop }) });
  if (known !== undefined) {
    // The process that put the row may have died before it sent the job. A job may come twice.
    if (known.state === 'queued') await afterFirstWrite(() => stores.jobs.send(jobOf(known)));
    return accepted({ uploadId, number: known.number, photo: photoOfRow(known), state: known.state });
  }
  // Rows expire, but a photo may be shown for years. Its name must never mean another picture.
  if (repeatable !== undefined && hasShown(uploadId, repeatable.user)) return refused({ code: 'other-upload' });

  const taken = await keep(upload, stores);
  // The user was active a moment ago.
  if (taken === undefined) return refused({ code: 'inactive-user' });
  return afterFirstWrite(async () => {
    const wanted: Upload = {
      id: uploadId,
      userId,
      number: taken,
      source,
      state: 'queued',
      acceptedAt,
      ...(digest !== undefined && { digest, ...(crop && { crop }) }),
    };
    // The number in the row is the upload's only one: two workers may accept a file at once. Shown under two numbers,
    // it would be its own predecessor, and be deleted as such while it is shown.
    const row = await stores.uploads.add(wanted, upload.retentionDays);
    // A ticket here has ended: another file came for it and was refused.
    if (!isAccepted(row) || (digest !== undefined && !isSame(row, upload))) {
      if (!isAccepted(row) || row.digest !== digest) await stores.raw.remove([rawKey(userId, uploadId, digest)]);
      return refused({ code: 'other-upload' });
    }
    await stores.jobs.send(jobOf(row));
    return accepted({ uploadId, number: row.number, photo: photoOfRow(row), state: row.state });
  });
}

/**
 * Stores the raw file and takes a number at the same time, since neither needs the other. The row is put only when both
 * are there. A number may be lost, a raw file may not: it belongs to nobody until a row names it. It is removed at once
 * if no number is given. If the process dies before that, the sweeper finds a file without a row.
 * @returns undefined if no number was given
 */
async function keep(upload: PhotoToAccept, { raw, users }: AcceptStores): Promise<number | undefined> {
  const { uploadId, userId, acceptedAt, repeatable, takeNumber } = upload;
  const key = rawKey(userId, uploadId, repeatable?.digest);
  const [stored, taken] = await Promise.allSettled([
    raw.put(key, upload.bytes),
    takeNumber?.() ?? users.takeNumber(userId, acceptedAt),
  ]);
  if (taken.status === 'fulfilled' && taken.value === undefined) {
    // Another try of the same upload may have stored this very file and got a number, and its row may be on the way.
    // The sweeper comes a day later and can tell.
    const isShared = repeatable !== undefined || takeNumber !== undefined;
    if (!isShared) await afterFirstWrite(() => raw.remove([key]));
    return undefined;
  }
  if (stored.status === 'rejected') throw stored.reason;
  if (taken.status === 'rejected') return afterFirstWrite(() => Promise.reject(taken.reason));
  return taken.value;
}

/** Whether a row is of the same upload: the same bytes and the same crop. */
const isSame = (row: Upload, { repeatable, crop }: PhotoToAccept): boolean =>
  row.digest === repeatable?.digest && isDeepStrictEqual(row.crop, crop);

const hasShown = (uploadId: string, user: User): boolean =>
  [...photosOf(user), ...user.evicted].some(({ version }) => version === versionOf(uploadId));
