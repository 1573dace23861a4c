import { rowId } from '../core/batch.ts';
import { type Job, standing, type Upload } from '../core/change.ts';
import type { DeadWork } from '../core/dead-work.ts';
import { rawKey } from '../core/names.ts';
import type { User } from '../core/user.ts';
import type { BatchStore } from '../store/batches.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { RawStore } from '../store/raw.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';

export interface DeadStores {
  users: UserStore;
  uploads: UploadStore;
  batches: BatchStore;
  raw: RawStore;
  files: ImportFiles;
}

/** What is known of a dead message's work now. */
export interface DeadLook {
  userId?: string;
  screenName?: string;
  uploadId?: string;
  number?: number;
  /** Import files, by their keys. */
  files?: string[];
  state?: Upload['state'];
  reason?: string;
  /** Whether the raw file, or the import's file, is still there. */
  isFileThere?: boolean;
  /** For a person: what failed, and what a redrive would do. */
  why: string;
}

/** Looks up what became of the work of a dead message. It changes nothing. */
export async function lookDead(work: DeadWork, stores: DeadStores): Promise<DeadLook> {
  switch (work.kind) {
    case 'photo':
      return lookAtPhoto(work.job, stores);
    case 'files':
      return lookAtFiles(work.keys, {}, stores);
    case 'manifest-row':
      return lookAtFiles([work.key], { user: work.user }, stores);
    case 'manifest': {
      const isThere = (await stores.files.head(work.key)) !== undefined;
      return {
        files: [work.key],
        isFileThere: isThere,
        why: isThere ? 'the manifest was not read to its end; a redrive goes on there' : 'the manifest is gone',
      };
    }
    case 'erase': {
      const user = await stores.users.get(work.userId);
      const isDue = user?.state === 'erased';
      return { ...named(work.userId, user), why: isDue ? 'the erasure is not done; a redrive goes on' : NOT_DUE };
    }
    case 'forget':
      return {
        ...named(work.userId, await stores.users.get(work.userId)),
        why: 'CloudFront was not told of a deletion; it forgets by itself within an hour, a redrive tells it now',
      };
    case 'sweep':
      return { why: 'a sweep stopped; a redrive goes on, and the next day’s begins anew' };
    case 'unreadable':
      return {
        why: 'unreadable message: neither ours nor S3’s, and no try can work it; keep a copy (show), then discard',
      };
  }
}

const NOT_DUE = 'the user is not being erased, or the erasure is done; nothing is left to do';

async function lookAtPhoto(job: Job, { users, uploads, raw }: DeadStores): Promise<DeadLook> {
  const [user, upload, isFileThere] = await Promise.all([
    users.get(job.userId),
    uploads.get(job.uploadId),
    raw.has(rawKey(job.userId, job.uploadId)),
  ]);
  return {
    ...named(job.userId, user),
    uploadId: job.uploadId,
    number: job.number,
    ...(upload && { state: upload.state }),
    ...(upload?.reason !== undefined && { reason: upload.reason }),
    isFileThere,
    why: whyPhoto(job, user, upload, isFileThere),
  };
}

function whyPhoto(job: Job, user: User | undefined, upload: Upload | undefined, isFileThere: boolean): string {
  if (upload !== undefined && upload.state !== 'queued') {
    const because = upload.reason === undefined ? '' : ` (${upload.reason})`;
    return `ended as ${upload.state}${because}; a redrive changes nothing of that`;
  }
  switch (standing(user, job.number)) {
    case 'gone':
      return user === undefined || user.state === 'erased'
        ? 'the user is erased; a redrive removes what is left of the upload'
        : 'the user is deactivated; a redrive ends it as failed';
    case 'superseded':
      return 'a later change is shown; a redrive ends it as superseded';
    case 'done':
      return 'the photo was shown; a redrive ends it as published';
    case 'due':
      return isFileThere
        ? 'the worker failed at every try; its log has the fault. The file is there: a redrive tries again'
        : 'the raw file is gone; a redrive ends it as failed';
  }
}

async function lookAtFiles(keys: string[], { user }: { user?: string }, { files }: DeadStores): Promise<DeadLook> {
  const found = await Promise.all(keys.map((key) => files.head(key)));
  const isFileThere = found.length > 0 && found.every((one) => one !== undefined);
  return {
    files: keys,
    ...(user !== undefined && { screenName: user }),
    isFileThere,
    why: isFileThere
      ? 'the import function failed at every try; its log has the fault. The file is there: a redrive tries again'
      : 'not all files are there any more; a redrive says so in the report',
  };
}

const named = (userId: string, user: User | undefined): Pick<DeadLook, 'userId' | 'screenName'> => ({
  userId,
  ...(user && { screenName: user.screenName }),
});

/** What the row of discarded work says. */
const DISCARDED = 'discarded';

/**
 * Gives a dead message's work up: its upload ends as failed, its manifest's row as refused. What has an end keeps it. An
 * erasure cannot be given up: the daily sweep begins it anew.
 */
export async function giveUp(work: DeadWork, at: string, { uploads, batches }: DeadStores): Promise<void> {
  if (work.kind === 'photo') await uploads.finish(work.job.uploadId, 'failed', at, DISCARDED);
  if (work.kind === 'manifest-row') {
    const row = await batches.row(work);
    const isUndecided = row?.state === 'queued' && row.uploadId === undefined && row.line === work.line;
    if (isUndecided) await batches.refuse(work.batch, rowId(work), DISCARDED);
  }
}
