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
  /** The check of the picture, where it was begun before. */
  checked?: Promise<CheckOutcome>;
  /** Of an upload that may be sent again under the same id. */
  repeatable?: Repeatable;
  /** ISO 8601 UTC. */
  acceptedAt: string;
  retentionDays: number;
  /** Where the change's number comes from; the user's own counter when absent. Undefined stops: the photo is not taken. */
  takeNumber?: () => Promise<number | undefined>;
}

/** What is known of an upload that may have come before. */
interface Repeatable {
  /** SHA-256 of the bytes, hex. */
  digest: string;
  /** Its row as it was a moment ago. */
  row: Upload | undefined;
  /** The user's record as it was a moment ago. */
  user: User;
}

/** Why a photo is not taken. */
type AcceptRefusal = PictureRefusal | CropRefusal | FormRefusal | CredentialRefusal | RepeatRefusal;

/** An acknowledged upload: it will be published, superseded by a later one, or reported as failed. */
interface AcceptedPhoto {
  uploadId: string;
  number: number;
  /** The photo that will be shown. Its names are known before it is rendered. */
  photo: Photo;
  /** Where it stands: `queued`, unless it is a repeat of one that got further. */
  state: UploadState;
}

/**
 * ACCEPT: validates a photo by a full bounded decode, then keeps it: raw file beside number, then upload row, then job. A refusal leaves no
 * trace. When it returns a value, nothing can lose the photo any more.
 *
 * A repeatable upload may come again, and at once: its row is the memory. The first row put says what the upload is; who brings
 * the same gets that upload, who brings anything else is refused and takes the own raw file along, whose name nobody else has.
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
    // Whoever put the row may have died before the job was sent; a job may come twice.
    if (known.state === 'queued') await afterFirstWrite(() => stores.jobs.send(jobOf(known)));
    return accepted({ uploadId, number: known.number, photo: photoOfRow(known), state: known.state });
  }
  // A row is forgotten after its time, a photo may be shown for years: its name must not come to mean another picture.
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
    // An upload has one number, the one in its row: two workers may take in one file at once. Shown under two numbers it would
    // be its own predecessor, and be deleted as such while it is shown.
    const row = await stores.uploads.add(wanted, upload.retentionDays);
    // A ticket that is still there has an end: another file came by it, and was refused.
    if (!isAccepted(row) || (digest !== undefined && !isSame(row, upload))) {
      if (!isAccepted(row) || row.digest !== digest) await stores.raw.remove([rawKey(userId, uploadId, digest)]);
      return refused({ code: 'other-upload' });
    }
    await stores.jobs.send(jobOf(row));
    return accepted({ uploadId, number: row.number, photo: photoOfRow(row), state: row.state });
  });
}

/**
 * Stores the raw file and takes the number, side by side: neither needs the other, and a row is only put when both are there. A number may be
 * lost. A raw file may not be, so it is nobody's until a row names it: where no number is given out it goes again at once, and where whoever
 * should do that has died, the sweeper finds a file without a row.
 * @returns undefined when no number was given out
 */
async function keep(upload: PhotoToAccept, { raw, users }: AcceptStores): Promise<number | undefined> {
  const { uploadId, userId, acceptedAt, repeatable, takeNumber } = upload;
  const key = rawKey(userId, uploadId, repeatable?.digest);
  const [stored, taken] = await Promise.allSettled([
    raw.put(key, upload.bytes),
    takeNumber?.() ?? users.takeNumber(userId, acceptedAt),
  ]);
  if (taken.status === 'fulfilled' && taken.value === undefined) {
    // Another try of the same upload may have stored this very file, and have been given a number: that one's row may be on its way. The
    // sweeper, which comes a day later, can tell.
    const isShared = repeatable !== undefined || takeNumber !== undefined;
    if (!isShared) await afterFirstWrite(() => raw.remove([key]));
    return undefined;
  }
  if (stored.status === 'rejected') throw stored.reason;
  if (taken.status === 'rejected') return afterFirstWrite(() => Promise.reject(taken.reason));
  return taken.value;
}

/** Whether a row is of the very upload that came: the same bytes and the same crop. */
const isSame = (row: Upload, { repeatable, crop }: PhotoToAccept): boolean =>
  row.digest === repeatable?.digest && isDeepStrictEqual(row.crop, crop);

const hasShown = (uploadId: string, user: User): boolean =>
  [...photosOf(user), ...user.evicted].some(({ version }) => version === versionOf(uploadId));
