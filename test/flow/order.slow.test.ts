import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, versionOf } from '../../lambdas/core/change.ts';
import { deletePhoto } from '../../lambdas/flow/delete-photo.ts';
import { undoPhoto } from '../../lambdas/flow/undo-photo.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { acceptedJob, dies, workOn } from '../jobs.ts';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';

/**
 * The writes of docs/architecture.md on real stores, with messages that come twice, late and out of order, and workers
 * that die half-way. Jobs go to a queue that nothing consumes, so that each test decides what is delivered when.
 */
let world: World;
let stores: World['stores'];
let file: Buffer;
let otherFile: Buffer;

beforeAll(async () => {
  world = await testWorld();
  stores = { ...world.stores, jobs: jobQueue(sqsClient(), world.laptop.running.outputs.QueueIntakeDead ?? '') };
  file = await png({ picture: solid(512, 512, RED) });
  otherFile = await png({ picture: solid(512, 512, GREEN) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

const upload = (userId: string, bytes = file, uploadId?: string): Promise<Job> =>
  acceptedJob(userId, bytes, stores, uploadId);
const work = (job: Job, over: Partial<World['stores']> = {}) => workOn(job, { ...stores, ...over });

const versionsStored = async (userId: string) => {
  const keys = await world.keysOf('BucketPhotos', `${userId}/`);
  return [...new Set(keys.map((key) => key.split('/')[1]))].sort();
};

const shownBy = async (userId: string) => {
  const user = await stores.users.get(userId);
  return {
    shown: user?.shown,
    version: user?.photo?.version,
    history: user?.history.map(({ number }) => number),
    evicted: user?.evicted,
  };
};

describe('the last accepted change wins, whatever comes first', () => {
  test('in order: the newer is shown, the older is kept', async () => {
    const { id } = await world.newUser();
    const [one, two] = [await upload(id), await upload(id)];
    expect(await work(one)).toEqual({ state: 'published' });
    expect(await work(two)).toEqual({ state: 'published' });
    expect(await shownBy(id)).toEqual({ shown: 2, version: versionOf(two.uploadId), history: [1], evicted: [] });
    expect(await versionsStored(id)).toEqual([versionOf(one.uploadId), versionOf(two.uploadId)].sort());
  });

  test('out of order: the older is superseded and leaves no object', async () => {
    const { id } = await world.newUser();
    const [one, two] = [await upload(id), await upload(id)];
    expect(await work(two)).toEqual({ state: 'published' });
    expect(await work(one)).toEqual({ state: 'superseded' });
    expect(await shownBy(id)).toMatchObject({ shown: 2, version: versionOf(two.uploadId), history: [] });
    expect(await versionsStored(id)).toEqual([versionOf(two.uploadId)]);
    expect(await stores.uploads.get(one.uploadId)).toMatchObject({ state: 'superseded' });
  });

  test('the same picture again, after another, stays', async () => {
    const { id } = await world.newUser();
    for (const bytes of [file, otherFile, file]) await work(await upload(id, bytes));
    const { version, history } = await shownBy(id);
    expect(history).toEqual([2, 1]);
    expect(await world.keysOf('BucketPhotos', `${id}/${version}/`)).toHaveLength(8);
  });

  test('all at once, twice each, shuffled', async () => {
    const { id } = await world.newUser();
    const jobs: Job[] = [];
    for (let number = 1; number <= 4; number++) jobs.push(await upload(id));
    const [a, b, c, d] = jobs as [Job, Job, Job, Job];
    const settled = await Promise.allSettled([c, a, d, b, a, d, c, b].map((job) => work(job)));
    // A worker may give up after five collisions; its message would come again.
    for (const [index, job] of [c, a, d, b, a, d, c, b].entries()) {
      if (settled[index]?.status === 'rejected') await work(job);
    }
    const { shown, version, history = [] } = await shownBy(id);
    expect([shown, version]).toEqual([4, versionOf(d.uploadId)]);
    const kept = [4, ...history].map((number) => versionOf(jobs[number - 1]?.uploadId ?? '')).sort();
    expect(await versionsStored(id)).toEqual(kept);
  });
});

describe('a message that comes again', () => {
  test('to two workers that take in the same file at once: it is one change, and not its own predecessor', async () => {
    const { id } = await world.newUser();
    const uploadId = randomUUID();
    const [one, other] = await Promise.all([upload(id, file, uploadId), upload(id, file, uploadId)]);
    expect(one.number).toBe(other.number);
    expect((await stores.uploads.get(uploadId))?.number).toBe(one.number);
    for (const job of [one, other]) await work(job);
    expect(await shownBy(id)).toMatchObject({ version: versionOf(uploadId), history: [] });
    // The next photo and then an undo must not take its pictures away.
    await work(await upload(id, otherFile));
    await undoPhoto(id, new Date().toISOString(), stores);
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toHaveLength(8);
  });

  test('changes nothing', async () => {
    const { id } = await world.newUser();
    const [one, two] = [await upload(id), await upload(id)];
    for (const job of [one, two]) await work(job);
    const before = {
      ...(await world.traces(id)),
      rows: [await stores.uploads.get(one.uploadId), await stores.uploads.get(two.uploadId)],
    };
    for (const job of [one, two, one]) expect(await work(job)).toEqual({ state: 'published' });
    expect({
      ...(await world.traces(id)),
      rows: [await stores.uploads.get(one.uploadId), await stores.uploads.get(two.uploadId)],
    }).toEqual(before);
  });

  test('the sixth replaced photo is gone, and a late copy of its message does not bring it back', async () => {
    const { id } = await world.newUser();
    const jobs: Job[] = [];
    for (let number = 1; number <= 7; number++) jobs.push(await upload(id));
    for (const job of jobs) await work(job);
    expect(await shownBy(id)).toMatchObject({ shown: 7, history: [6, 5, 4, 3, 2], evicted: [] });
    expect(await versionsStored(id)).toEqual(
      jobs
        .slice(1)
        .map(({ uploadId }) => versionOf(uploadId))
        .sort(),
    );
    expect(await work(jobs[0] as Job)).toEqual({ state: 'superseded' });
    expect(await versionsStored(id)).toHaveLength(6);
    // Its row keeps its end: it was published once.
    expect(await stores.uploads.get(jobs[0]?.uploadId ?? '')).toMatchObject({ state: 'published' });
  });
});

describe('a retired photo', () => {
  const sixBefore = async (bytes: Buffer) => {
    const { id } = await world.newUser();
    const first = await upload(id, bytes);
    await work(first);
    for (let number = 2; number <= 6; number++) await work(await upload(id));
    return { id, version: versionOf(first.uploadId), last: await upload(id) };
  };
  const noList = async (): Promise<never> => {
    throw new Error('the bucket was listed');
  };

  test.each([
    ['square', () => png({ picture: solid(1024, 1024, RED) }), 9],
    ['as small as it may be', () => png({ picture: solid(512, 512, RED) }), 8],
  ])('that is %s goes with all its pictures, without a listing', async (_what, make, pictures) => {
    const { id, version, last } = await sixBefore(await make());
    expect(await world.keysOf('BucketPhotos', `${id}/${version}/`)).toHaveLength(pictures);
    await work(last, { photos: { ...stores.photos, removeAll: noList } });
    expect(await world.keysOf('BucketPhotos', `${id}/${version}/`)).toEqual([]);
    expect(await versionsStored(id)).toHaveLength(6);
  });

  test('of which an older record tells the version alone goes as well', async () => {
    const { id, version, last } = await sixBefore(file);
    const bare: World['stores']['users'] = {
      ...stores.users,
      show: (user, number, photo, history, evicted) =>
        stores.users.show(
          user,
          number,
          photo,
          history,
          evicted.map((one) => ({ version: one.version }) as typeof one),
        ),
      removeEvicted: noList,
    };
    await expect(work(last, { users: bare })).rejects.toThrow();
    expect((await stores.users.get(id))?.evicted).toEqual([{ version }]);
    expect(await work(last)).toEqual({ state: 'published' });
    expect((await stores.users.get(id))?.evicted).toEqual([]);
    expect(await world.keysOf('BucketPhotos', `${id}/${version}/`)).toEqual([]);
  });
});

describe('a worker that dies half-way is taken over by the next delivery', () => {
  test.each<[step: string, over: () => Partial<World['stores']>]>([
    ['before the first picture', () => ({ photos: { ...stores.photos, put: dies } })],
    ['before the record', () => ({ users: { ...stores.users, show: dies } })],
    ['before the event', () => ({ events: { ...stores.events, publish: dies } })],
    ['before the row', () => ({ uploads: { ...stores.uploads, finish: dies } })],
    ['before the evicted objects go', () => ({ photos: { ...stores.photos, remove: dies } })],
    ['before the evicted list is cleared', () => ({ users: { ...stores.users, removeEvicted: dies } })],
  ])('%s', async (_step, over) => {
    const { id } = await world.newUser();
    // Six photos before, so that the next one evicts one.
    for (let number = 1; number <= 6; number++) await work(await upload(id));
    const job = await upload(id);
    await expect(work(job, over())).rejects.toThrow('the function died');
    expect(await work(job)).toEqual({ state: 'published' });
    expect(await shownBy(id)).toEqual({
      shown: 7,
      version: versionOf(job.uploadId),
      history: [6, 5, 4, 3, 2],
      evicted: [],
    });
    expect(await versionsStored(id)).toHaveLength(6);
    expect(await stores.uploads.get(job.uploadId)).toMatchObject({ state: 'published', number: 7 });
  });
});

describe('jobs that cannot succeed end with their reason', () => {
  test('the raw file is gone', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    const missing = { ...job, uploadId: randomUUID() };
    await stores.uploads.add({ ...missing, id: missing.uploadId, state: 'queued' }, 15);
    expect(await work(missing)).toEqual({ state: 'failed', reason: 'raw-gone' });
    expect(await stores.uploads.get(missing.uploadId)).toMatchObject({ state: 'failed', reason: 'raw-gone' });
  });

  test('the user was deactivated meanwhile', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    await stores.users.setState(id, 'deactivated');
    expect(await work(job)).toEqual({ state: 'failed', reason: 'inactive-user' });
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toEqual([]);
  });
});

describe('undo', () => {
  const back = (id: string) => undoPhoto(id, new Date().toISOString(), stores);

  test('goes back one photo at a time; what it replaces is gone at the origin', async () => {
    const { id } = await world.newUser();
    const jobs: Job[] = [];
    for (let number = 1; number <= 3; number++) jobs.push(await upload(id));
    for (const job of jobs) await work(job);
    const [one, two] = jobs.map(({ uploadId }) => versionOf(uploadId));
    expect(await back(id)).toMatchObject({ version: two, number: 2 });
    expect(await shownBy(id)).toEqual({ shown: 4, version: two, history: [1], evicted: [] });
    expect(await versionsStored(id)).toEqual([one, two].sort());
    expect(await back(id)).toMatchObject({ version: one });
    expect(await back(id)).toBeUndefined();
    expect(await shownBy(id)).toEqual({ shown: 5, version: one, history: [], evicted: [] });
  });

  test('a late copy of the restored photo’s job takes nothing away, of the undone one’s brings nothing back', async () => {
    const { id } = await world.newUser();
    const [one, two] = [await upload(id), await upload(id)];
    for (const job of [one, two]) await work(job);
    await back(id);
    expect(await work(one)).toEqual({ state: 'published' });
    expect(await work(two)).toEqual({ state: 'superseded' });
    expect(await shownBy(id)).toEqual({ shown: 3, version: versionOf(one.uploadId), history: [], evicted: [] });
    expect(await versionsStored(id)).toEqual([versionOf(one.uploadId)]);
  });

  test('an upload accepted before it and processed after it is superseded; one after it is shown', async () => {
    const { id } = await world.newUser();
    const jobs: Job[] = [];
    for (let number = 1; number <= 3; number++) jobs.push(await upload(id));
    const [one, two, late] = jobs as [Job, Job, Job];
    for (const job of [one, two]) await work(job);
    await back(id);
    expect(await work(late)).toEqual({ state: 'superseded' });
    const next = await upload(id);
    await work(next);
    expect(await shownBy(id)).toMatchObject({ shown: 5, version: versionOf(next.uploadId), history: [1] });
  });

  test('of nothing takes no number', async () => {
    const { id } = await world.newUser();
    await work(await upload(id));
    expect(await back(id)).toBeUndefined();
    expect((await stores.users.get(id))?.seq).toBe(1);
  });
});

describe('delete is a change like others', () => {
  test('it beats an upload that was accepted before it and is processed after it', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    expect(await deletePhoto(id, new Date().toISOString(), stores)).toBe(true);
    expect(await work(job)).toEqual({ state: 'superseded' });
    expect(await shownBy(id)).toEqual({ shown: 2, version: undefined, history: [], evicted: [] });
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toEqual([]);
  });

  test('an upload after it is shown, and what it deleted does not come back', async () => {
    const { id } = await world.newUser();
    const first = await upload(id);
    await work(first);
    await deletePhoto(id, new Date().toISOString(), stores);
    const third = await upload(id);
    await work(third);
    expect(await work(first)).toEqual({ state: 'superseded' });
    expect(await shownBy(id)).toEqual({ shown: 3, version: versionOf(third.uploadId), history: [], evicted: [] });
    expect(await versionsStored(id)).toEqual([versionOf(third.uploadId)]);
  });
});
