import { type Job, versionOf } from '../core/change.ts';
import { afterFirstWrite } from '../core/fault-after-write.ts';
import { rawKey } from '../core/object-keys.ts';
import type { Crop, Photo } from '../core/photo.ts';
import type { CredentialRefusal, CropRefusal, PictureRefusal } from '../core/refusal.ts';
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
  crop?: Crop;
  /** ISO 8601 UTC. */
  acceptedAt: string;
  retentionDays: number;
  /** Where the change's number comes from; the user's own counter when absent. Undefined stops: the photo is not taken. */
  takeNumber?: () => Promise<number | undefined>;
}

/** An acknowledged upload: it will be published, superseded by a later one, or reported as failed. */
export interface AcceptedPhoto {
  uploadId: string;
  number: number;
  /** The photo that will be shown. Its names are known before it is rendered. */
  photo: Photo;
}

/**
 * ACCEPT: validates a photo by a full bounded decode, then keeps it: raw file, number, upload row, job, in this
 * order. A refusal leaves no trace. When it returns a value, nothing can lose the photo any more.
 */
export async function accept(
  upload: PhotoToAccept,
  stores: AcceptStores,
): Promise<Result<AcceptedPhoto, PictureRefusal | CropRefusal | CredentialRefusal>> {
  const { uploadId, userId, source, policy, acceptedAt, crop } = upload;
  const inspected = await inspect(upload.bytes, policy);
  if (!inspected.ok) return inspected;
  const planned = plan(inspected.value, policy.frame, crop);
  if (!planned.ok) return planned;

  await stores.raw.put(rawKey(userId, uploadId), upload.bytes);
  return afterFirstWrite(async () => {
    const taken = await (upload.takeNumber?.() ?? stores.users.takeNumber(userId, acceptedAt));
    // The user was active a moment ago; without a row or a job the raw file only waits for its expiry.
    if (taken === undefined) return refused({ code: 'inactive-user' });
    const row = { id: uploadId, userId, number: taken, source, state: 'queued', acceptedAt } as const;
    // An upload has one number, the one in its row: two workers may take in one file at once. Shown under two numbers it would
    // be its own predecessor, and be deleted as such while it is shown.
    const { number } = await stores.uploads.add(row, upload.retentionDays);
    const job: Job = { uploadId, userId, number, source, acceptedAt, ...(crop && { crop }) };
    await stores.jobs.send(job);

    const photo: Photo = {
      ...planned.value.master,
      version: versionOf(uploadId),
      format: inspected.value.format,
      number,
      publishedAt: acceptedAt,
    };
    return accepted({ uploadId, number, photo });
  });
}
