import { type ChangeStatus, changeStatus, type Job, photoOf, retire, versionOf } from '../core/change.ts';
import { photoKey, rawKey, versionPrefix } from '../core/object-keys.ts';
import type { Photo } from '../core/photo.ts';
import type { ServiceLimits } from '../core/service-limits.ts';
import { storedFilePolicy } from '../core/upload-policy.ts';
import type { User } from '../core/user.ts';
import { render } from '../image/render.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { RawStore } from '../store/raw-files.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

export interface ProcessStores {
  raw: RawStore;
  users: UserStore;
  uploads: UploadStore;
  photos: PhotoStore;
  events: PhotoEvents;
}

interface ProcessOptions {
  /** `#rrggbb`. */
  letterboxColour: string;
  serviceLimits: ServiceLimits;
  /** When the pixels have to be ready, in milliseconds since 1970. */
  deadlineMs?: number;
}

/** How a job ended. `reason` says why, if not published. */
export interface Processed {
  state: 'published' | 'superseded' | 'refused' | 'failed';
  reason?: string;
}

/** With the photo, if it is or was shown, and the record that has it. */
type Ended = Processed & { photo?: Photo | undefined; record?: User | undefined };

/**
 * PUBLISH: one job, from raw file to shown photo. It may run twice, late and out of order, and may die half-way. Every
 * step can be repeated, and none is taken that a later change has made pointless.
 */
export async function processJob(job: Job, options: ProcessOptions, stores: ProcessStores): Promise<Processed> {
  const { photo, record, ...ended } = await run(job, options, stores);
  if (ended.state === 'published') {
    // The photo is shown already, so the event and the clean-up need not wait for each other.
    await Promise.all([announce(job, photo, stores), deleteEvicted(job.userId, stores, record)]);
    return ended;
  }
  await stores.photos.removeAll(versionPrefix(job.userId, versionOf(job.uploadId)));
  if (ended.reason === ERASED) return removeErased(job, ended, stores);
  await announceEnd(job, ended, stores);
  return ended;
}

async function run(
  job: Job,
  { letterboxColour, serviceLimits, deadlineMs }: ProcessOptions,
  stores: ProcessStores,
): Promise<Ended> {
  // The file is nearly always needed. If not, both it and any error are dropped.
  const reading = stores.raw.get(rawKey(job.userId, job.uploadId, job.digest));
  reading.catch(() => undefined);
  const user = await stores.users.get(job.userId);
  const before = changeStatus(user, job.number);
  if (before === 'gone') return { state: 'failed', reason: goneBecause(user) };
  if (before === 'superseded') return { state: 'superseded' };
  if (before === 'done') return { state: 'published', photo: user && photoOf(user, job.number), record: user };

  const raw = await reading;
  if (raw === undefined) return { state: 'failed', reason: 'raw-gone' };
  const rendered = await render(raw, {
    policy: storedFilePolicy(serviceLimits.policies[job.source]),
    crop: job.crop,
    letterboxColour,
    sizeSets: serviceLimits.sizeSets,
    ...(deadlineMs !== undefined && { deadlineMs }),
  });
  if (!rendered.ok) return { state: 'refused', reason: rendered.refusal.code };

  const photo: Photo = {
    ...rendered.value.master,
    ...rendered.value.placeholder,
    ...(rendered.value.crop && { crop: rendered.value.crop }),
    version: versionOf(job.uploadId),
    format: rendered.value.format,
    number: job.number,
    publishedAt: new Date().toISOString(),
  };
  await Promise.all(
    rendered.value.renditions.map(({ size, bytes, mediaType }) =>
      stores.photos.put(photoKey(job.userId, photo.version, size, photo.format), bytes, mediaType),
    ),
  );
  const after = await publish(user, photo, stores.users);
  if (after.status === 'gone') return { state: 'failed', reason: goneBecause(after.user) };
  if (after.status === 'superseded') return { state: 'superseded' };
  return { state: 'published', photo, record: after.user };
}

const ERASED = 'erased-user';

/** Why there is no active user. */
const goneBecause = (user: User | undefined): string =>
  user === undefined || user.state === 'erased' ? ERASED : 'inactive-user';

/**
 * Nothing of an erased user may be left: neither the file nor the row, for which the erasure may have come too early.
 */
async function removeErased(job: Job, ended: Processed, { uploads, raw }: ProcessStores): Promise<Processed> {
  await uploads.remove(job.uploadId);
  await raw.remove([rawKey(job.userId, job.uploadId, job.digest)]);
  return ended;
}

/** A repeated delivery publishes the event again: the first may have died before it did. */
async function announce(job: Job, photo: Photo | undefined, stores: ProcessStores): Promise<void> {
  const { userId, uploadId, number } = job;
  if (photo !== undefined) await stores.events.publish({ type: 'photo.published', userId, uploadId, number, photo });
  await finish(job, { state: 'published' }, stores, photo);
}

/**
 * Publishes only what the row says: a copy of the job may come after the photo was shown, or after the user was
 * stopped.
 */
async function announceEnd(job: Job, ended: Processed, stores: ProcessStores): Promise<void> {
  const isNow = await finish(job, ended, stores);
  const { userId, uploadId, number } = job;
  const { state, reason } = ended;
  if ((state !== 'refused' && state !== 'failed') || reason === undefined) return;
  const isSo = isNow || (await stores.uploads.get(uploadId))?.state === state;
  if (isSo) await stores.events.publish({ type: `upload.${state}`, userId, uploadId, number, reason });
}

const finish = ({ uploadId }: Job, { state, reason }: Processed, { uploads }: ProcessStores, photo?: Photo) =>
  uploads.finish(uploadId, state, new Date().toISOString(), reason, photo);

/** How often other changes of the user may come in between a read and a write. Then the message is redelivered. */
const TRIES = 5;

/** The status of the change, and the record that it follows from. */
interface Published {
  status: Exclude<ChangeStatus, 'due'>;
  user: User | undefined;
}

/**
 * PUBLISH step 2: points the user's record at a photo whose pictures are stored, unless a later change is shown. The
 * number decides, not who comes first.
 *
 * @param read the record from before the pictures were stored. It is read again only if it has changed: then the write
 * fails, so an old read costs another try and never a wrong photo.
 * @throws if the record changes five times: a fault, so the job comes again
 */
async function publish(read: User | undefined, photo: Photo, users: UserStore): Promise<Published> {
  let user = read;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const now = changeStatus(user, photo.number);
    if (user === undefined || now === 'gone') return { status: 'gone', user };
    if (now !== 'due') return { status: now, user };
    const { history, evicted } = retire(user);
    const shown = await users.show(user, photo.number, photo, history, evicted);
    if (shown !== undefined) return { status: 'done', user: shown };
    user = await users.get(user.id);
  }
  throw new Error(`user ${read?.id} changed ${TRIES} times while change ${photo.number} was being published`);
}
