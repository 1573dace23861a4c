import { changeStatus, type Job, type Upload } from '../core/change.ts';
import type { DeadLetterWork } from '../core/dead-letter-work.ts';
import { rowId } from '../core/import-batch.ts';
import { rawKey } from '../core/object-keys.ts';
import type { User } from '../core/user.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';
import type { WebhookStore } from '../store/webhooks.ts';

export interface DeadLetterStores {
  users: UserStore;
  uploads: UploadStore;
  batches: BatchStore;
  raw: RawStore;
  files: ImportFiles;
  events: PhotoEvents;
  /** Absent if there are none. */
  webhooks: WebhookStore | undefined;
}

/** What is known now about the work of a dead letter. */
interface DeadLetterStatus {
  userId?: string;
  screenName?: string;
  uploadId?: string;
  number?: number;
  /** Keys of import files. */
  files?: string[];
  state?: Upload['state'];
  reason?: string;
  /** Whether the raw file, or the import's file, still exists. */
  fileExists?: boolean;
  /** For people: what failed, and what a redrive would do. */
  why: string;
}

/** Looks up what became of a dead letter's work. Changes nothing. */
export async function inspectDeadLetter(work: DeadLetterWork, stores: DeadLetterStores): Promise<DeadLetterStatus> {
  switch (work.kind) {
    case 'photo':
      return inspectPhoto(work.job, stores);
    case 'files':
      return inspectFiles(work.keys, {}, stores);
    case 'manifest-row':
      return inspectFiles([work.key], { user: work.user }, stores);
    case 'manifest': {
      const isThere = (await stores.files.head(work.key)) !== undefined;
      return {
        files: [work.key],
        fileExists: isThere,
        why: isThere ? 'the manifest was not read to its end; a redrive goes on there' : 'the manifest is gone',
      };
    }
    case 'erase': {
      const user = await stores.users.get(work.userId);
      const isDue = user?.state === 'erased';
      return { ...named(work.userId, user), why: isDue ? 'the erasure is not done; a redrive goes on' : NOT_DUE };
    }
    case 'invalidate':
      return {
        ...named(work.userId, await stores.users.get(work.userId)),
        why: 'CloudFront was not told of a deletion; it forgets by itself within an hour, a redrive tells it now',
      };
    case 'delivery':
      return { why: await whyUndelivered(work, stores) };
    case 'event':
      return {
        ...named(work.userId, await stores.users.get(work.userId)),
        why: `webhooks were not told of ${work.event}: the function failed at every try, and its log has the fault; a redrive tells them now`,
      };
    case 'webhook-run':
      return { why: 'a minute’s run of webhooks stopped; the next one did its work, and there is nothing to redrive' };
    case 'sweep':
      return { why: 'a sweep stopped; a redrive goes on, and the next day’s begins anew' };
    case 'unreadable':
      return {
        why: 'unreadable message: neither ours nor S3’s, and no try can work it; keep a copy (show), then discard',
      };
  }
}

const NOT_DUE = 'the user is not being erased, or the erasure is done; nothing is left to do';

async function inspectPhoto(job: Job, { users, uploads, raw }: DeadLetterStores): Promise<DeadLetterStatus> {
  const [user, upload, fileExists] = await Promise.all([
    users.get(job.userId),
    uploads.get(job.uploadId),
    raw.has(rawKey(job.userId, job.uploadId, job.digest)),
  ]);
  return {
    ...named(job.userId, user),
    uploadId: job.uploadId,
    number: job.number,
    ...(upload && { state: upload.state }),
    ...(upload?.reason !== undefined && { reason: upload.reason }),
    fileExists,
    why: whyPhoto(job, user, upload, fileExists),
  };
}

function whyPhoto(job: Job, user: User | undefined, upload: Upload | undefined, fileExists: boolean): string {
  if (upload !== undefined && upload.state !== 'queued') {
    const because = upload.reason === undefined ? '' : ` (${upload.reason})`;
    return `ended as ${upload.state}${because}; a redrive changes nothing of that`;
  }
  switch (changeStatus(user, job.number)) {
    case 'gone':
      return user === undefined || user.state === 'erased'
        ? 'the user is erased; a redrive removes what is left of the upload'
        : 'the user is deactivated; a redrive ends it as failed';
    case 'superseded':
      return 'a later change is shown; a redrive ends it as superseded';
    case 'done':
      return 'the photo was shown; a redrive ends it as published';
    case 'due':
      return fileExists
        ? 'the worker failed at every try; its log has the fault. The file is there: a redrive tries again'
        : 'the raw file is gone; a redrive ends it as failed';
  }
}

async function inspectFiles(
  keys: string[],
  { user }: { user?: string },
  { files }: DeadLetterStores,
): Promise<DeadLetterStatus> {
  const found = await Promise.all(keys.map((key) => files.head(key)));
  const fileExists = found.length > 0 && found.every((one) => one !== undefined);
  return {
    files: keys,
    ...(user !== undefined && { screenName: user }),
    fileExists,
    why: fileExists
      ? 'the import function failed at every try; its log has the fault. The file is there: a redrive tries again'
      : 'not all files are there any more; a redrive says so in the report',
  };
}

async function whyUndelivered(
  { webhookId, event, tries, outcome }: Extract<DeadLetterWork, { kind: 'delivery' }>,
  { webhooks }: DeadLetterStores,
): Promise<string> {
  const webhook = await webhooks?.get(webhookId);
  const said = `${event} to ${webhookId}: ${tries} ${tries === 1 ? 'try' : 'tries'}, then ${outcome}`;
  if (webhook === undefined) return `${said}; the webhook was removed, and a redrive does nothing`;
  if (webhook.disabledBecause === undefined) return `${said}; a redrive tries again, for a day`;
  return `${said}; the webhook is disabled (${webhook.disabledBecause}): enable it, then a redrive tries again, for a day`;
}

const named = (userId: string, user: User | undefined): Pick<DeadLetterStatus, 'userId' | 'screenName'> => ({
  userId,
  ...(user && { screenName: user.screenName }),
});

/** The reason in the row of discarded work. */
const DISCARDED = 'discarded';

/**
 * Gives up a dead letter's work: its upload ends as failed, its manifest's row as refused. What has ended stays as it
 * is. An erasure cannot be given up: the daily sweep starts it again.
 */
export async function discardWork(
  work: DeadLetterWork,
  at: string,
  { uploads, batches, events }: DeadLetterStores,
): Promise<void> {
  if (work.kind === 'photo') {
    const { uploadId, userId, number } = work.job;
    const isNow = await uploads.finish(uploadId, 'failed', at, DISCARDED);
    const isSo = isNow || (await uploads.get(uploadId))?.reason === DISCARDED;
    if (isSo) await events.publish({ type: 'upload.failed', userId, uploadId, number, reason: DISCARDED });
  }
  if (work.kind === 'manifest-row') {
    const row = await batches.row(work);
    const isUndecided = row?.state === 'queued' && row.uploadId === undefined && row.line === work.line;
    if (isUndecided) await batches.refuse(work.batch, rowId(work), DISCARDED);
  }
}
