import { isDeepStrictEqual } from 'node:util';
import { type Job, photosOf, type Upload, type UploadState, versionOf } from '../core/change.ts';
import { afterFirstWrite } from '../core/fault-after-write.ts';
import { rawKey } from '../core/object-keys.ts';
import { isTypeOf, MEDIA_TYPE, type Photo, type RequestedCrop } from '../core/photo.ts';
import type { CredentialRefusal, CropRefusal, FormRefusal, PictureRefusal, RepeatRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { Source, UploadPolicy } from '../core/upload-policy.ts';
import { inspect } from '../image/inspect.ts';
import { plan } from '../image/render-plan.ts';
import type { JobQueue } from '../store/job-queue.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';

export interface AcceptStores {
  raw: RawStore;
  users: UserStore;
  uploads: UploadStore;
  jobs: JobQueue;
}

export interface PhotoToAccept {
  uploadId: string;
  userId: string;
  source: Source;
  /** The source's limits in this deployment. */
  policy: UploadPolicy;
  bytes: Uint8Array;
  crop?: RequestedCrop;
  /** The media type that the picture came with, where it has to be the right one. */
  contentType?: string;
  /** SHA-256 of the bytes, hex, of an upload that may be sent again under the same id (`repeatsOf`). */
  digest?: string;
  /** ISO 8601 UTC. */
  acceptedAt: string;
  retentionDays: number;
  /** Where the change's number comes from; the user's own counter when absent. Undefined stops: the photo is not taken. */
  takeNumber?: () => Promise<number | undefined>;
}

/** Why a photo is not taken. */
export type AcceptRefusal = PictureRefusal | CropRefusal | FormRefusal | CredentialRefusal | RepeatRefusal;

/** An acknowledged upload: it will be published, superseded by a later one, or reported as failed. */
export interface AcceptedPhoto {
  uploadId: string;
  number: number;
  /** The photo that will be shown. Its names are known before it is rendered. */
  photo: Photo;
  /** Where it stands: `queued`, unless it is a repeat of one that got further. */
  state: UploadState;
}

/**
 * ACCEPT: validates a photo by a full bounded decode, then keeps it: raw file, number, upload row, job, in this
 * order. A refusal leaves no trace. When it returns a value, nothing can lose the photo any more.
 *
 * With a `digest` the same upload may come again, and at once: its row is the memory. The first row put says what the upload is; who brings
 * the same gets that upload, who brings anything else is refused and takes the own raw file along, whose name nobody else has.
 */
export async function accept(
  upload: PhotoToAccept,
  stores: AcceptStores,
): Promise<Result<AcceptedPhoto, AcceptRefusal>> {
  const { uploadId, userId, source, policy, acceptedAt, crop, digest } = upload;
  const known = digest === undefined ? undefined : await stores.uploads.get(uploadId);
  if (known !== undefined && !isSame(known, upload)) return refused({ code: 'other-upload' });
  const inspected = await inspect(upload.bytes, policy);
  if (!inspected.ok) return inspected;
  const { contentType } = upload;
  if (contentType !== undefined && !isTypeOf(contentType, inspected.value.format)) {
    return refused({ code: 'content-type-wrong', contentType, found: MEDIA_TYPE[inspected.value.format] });
  }
  const planned = plan(inspected.value, policy.frame, crop);
  if (!planned.ok) return planned;

  const photoOfRow = (row: Upload): Photo => ({
    ...planned.value.master,
    version: versionOf(uploadId),
    format: inspected.value.format,
    number: row.number,
    publishedAt: row.acceptedAt,
  });
  const jobOf = (row: Upload): Job => ({
    uploadId,
    userId,
    number: row.number,
    source,
    acceptedAt: row.acceptedAt,
    ...(crop && { crop }),
    ...(digest !== undefined && { digest }),
  });
  if (known !== undefined) {
    // Whoever put the row may have died before the job was sent; a job may come twice.
    if (known.state === 'queued') await afterFirstWrite(() => stores.jobs.send(jobOf(known)));
    return accepted({ uploadId, number: known.number, photo: photoOfRow(known), state: known.state });
  }
  // A row is forgotten after its time, a photo may be shown for years: its name must not come to mean another picture.
  if (digest !== undefined && (await hasShown(uploadId, userId, stores.users)))
    return refused({ code: 'other-upload' });

  await stores.raw.put(rawKey(userId, uploadId, digest), upload.bytes);
  return afterFirstWrite(async () => {
    const taken = await (upload.takeNumber?.() ?? stores.users.takeNumber(userId, acceptedAt));
    // The user was active a moment ago; without a row or a job the raw file only waits for its expiry.
    if (taken === undefined) return refused({ code: 'inactive-user' });
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
    if (digest !== undefined && !isSame(row, upload)) {
      if (row.digest !== digest) await stores.raw.remove([rawKey(userId, uploadId, digest)]);
      return refused({ code: 'other-upload' });
    }
    await stores.jobs.send(jobOf(row));
    return accepted({ uploadId, number: row.number, photo: photoOfRow(row), state: row.state });
  });
}

/** Whether a row is of the very upload that came: the same bytes and the same crop. */
const isSame = (row: Upload, { digest, crop }: PhotoToAccept): boolean =>
  row.digest === digest && isDeepStrictEqual(row.crop, crop);

async function hasShown(uploadId: string, userId: string, users: UserStore): Promise<boolean> {
  const user = await users.get(userId);
  const names = user === undefined ? [] : [...photosOf(user), ...user.evicted];
  return names.some(({ version }) => version === versionOf(uploadId));
}
