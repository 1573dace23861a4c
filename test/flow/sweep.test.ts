import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, versionOf } from '../../lambdas/core/change.ts';
import { rawKey } from '../../lambdas/core/object-keys.ts';
import { partPrefixes, SWEEP_PARTS, type SweepCursor } from '../../lambdas/core/sweep-cursor.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { eraseFirstPass, eraseSecondPass, requestErase } from '../../lambdas/flow/erase.ts';
import { type SweepStores, type SweepTerms, sweep } from '../../lambdas/flow/sweep.ts';
import { dynamoClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { expiringTable } from '../../lambdas/store/scan-page.ts';
import { sweepQueue } from '../../lambdas/store/sweep-queue.ts';
import { type ImportWorld, importWorld } from '../import-world.ts';
import { acceptedJob, dies, workOn } from '../jobs.ts';
import { png, RED, solid } from '../pictures.ts';

/** The sweep on real stores. Jobs and erasures go to a queue that nothing consumes. */
let world: ImportWorld;
let stores: ImportWorld['stores'] & { sweeps: ReturnType<typeof sweepQueue> };
let sweepStores: SweepStores;
let file: Buffer;
const db = () => dynamoClient();

beforeAll(async () => {
  world = await importWorld();
  const { QueueIntakeDead: idle = '', TableBatches = '', TableLimits = '' } = world.laptop.running.outputs;
  stores = { ...world.stores, jobs: jobQueue(sqsClient(), idle), sweeps: sweepQueue(sqsClient(), idle) };
  sweepStores = {
    ...stores,
    batches: expiringTable(db(), TableBatches, ['batch', 'file']),
    limits: expiringTable(db(), TableLimits, ['id']),
    avatars: false,
  };
  file = await png({ picture: solid(512, 512, RED) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

/** Everything is old enough, and there is time. */
const terms = (over: Partial<SweepTerms> = {}): SweepTerms => ({
  untilMs: Date.now() + 60_000,
  olderThanMs: Date.now() + 1_000,
  ...over,
});
const PARTS = Array.from({ length: SWEEP_PARTS }, (_, part) => part);
const sweepAll = async (over: Partial<SweepTerms> = {}) => (await sweep({}, terms(over), sweepStores)).swept;

const NOTHING = { erasures: 0, evicted: 0, orphanVersions: 0, orphanRawFiles: 0, staleRows: 0 };

const upload = (userId: string): Promise<Job> => acceptedJob(userId, file, stores);
const work = (job: Job, over: Partial<typeof stores> = {}) => workOn(job, { ...stores, ...over });

const versionsStored = async (userId: string) => [
  ...new Set((await world.keysOf('BucketPhotos', `${userId}/`)).map((key) => key.split('/')[1])),
];

test('a service in good order loses nothing, and the second sweep finds nothing', async () => {
  const { id } = await world.newUser();
  const jobs: Job[] = [];
  for (let number = 1; number <= 3; number++) jobs.push(await upload(id));
  await work(jobs[0] as Job);
  await work(jobs[1] as Job);
  const before = await world.traces(id);
  await sweepAll();
  expect(await sweepAll()).toEqual(NOTHING);
  expect(await world.traces(id)).toEqual(before);
  for (const { uploadId } of jobs) expect(await stores.uploads.get(uploadId)).toBeDefined();
  // An upload that waited is still taken.
  expect(await work(jobs[2] as Job)).toEqual({ state: 'published' });
});

describe('pictures', () => {
  test('evicted ones that a dead worker left', async () => {
    const { id } = await world.newUser();
    for (let number = 1; number <= 6; number++) await work(await upload(id));
    await expect(work(await upload(id), { photos: { ...stores.photos, remove: dies } })).rejects.toThrow();
    expect((await stores.users.get(id))?.evicted).toHaveLength(1);
    expect(await sweepAll()).toEqual({ ...NOTHING, evicted: 1 });
    expect((await stores.users.get(id))?.evicted).toEqual([]);
    expect(await versionsStored(id)).toHaveLength(6);
  });

  test('of a job that is over are orphans; of one that is still to come they are not, nor young ones', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    await expect(work(job, { users: { ...stores.users, show: dies } })).rejects.toThrow();
    expect(await versionsStored(id)).toEqual([versionOf(job.uploadId)]);
    // The job is queued, so another worker may be on it right now.
    expect(await sweepAll()).toEqual(NOTHING);

    await stores.uploads.finish(job.uploadId, 'failed', new Date().toISOString(), 'discarded');
    expect(await sweepAll({ olderThanMs: Date.now() - 60_000 })).toEqual(NOTHING);
    expect(await sweepAll()).toEqual({ ...NOTHING, orphanVersions: 1 });
    expect(await versionsStored(id)).toEqual([]);
  });

  test('shown ones, and those in history, are not orphans, whatever became of their rows and raw files', async () => {
    const { id } = await world.newUser();
    const jobs = [await upload(id), await upload(id)];
    for (const job of jobs) await work(job);
    for (const { uploadId } of jobs) {
      await stores.uploads.remove(uploadId);
      await stores.raw.remove([rawKey(id, uploadId)]);
    }
    expect(await sweepAll()).toEqual(NOTHING);
    expect(await versionsStored(id)).toHaveLength(2);
  });

  test('of nobody', async () => {
    await stores.photos.put(`123456/${'a'.repeat(20)}/48x48.png`, file, 'image/png');
    expect(await sweepAll()).toEqual({ ...NOTHING, orphanVersions: 1 });
    expect(await versionsStored('123456')).toEqual([]);
  });

  test('a photo that is shown between the listing and the delete stays', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    await expect(work(job, { users: { ...stores.users, show: dies } })).rejects.toThrow();
    const list: typeof stores.raw.list = async (...all) => {
      // The job is delivered again, and its row says so, before the sweep reads it.
      await work(job);
      return stores.raw.list(...all);
    };
    const done = await sweep({ step: 'photos' }, terms(), { ...sweepStores, raw: { ...stores.raw, list } });
    expect(done.swept.orphanVersions).toBe(0);
    expect(await versionsStored(id)).toEqual([versionOf(job.uploadId)]);
  });
});

describe('raw files and rows', () => {
  test('a raw file without a row: an upload that died before it took a number', async () => {
    const { id } = await world.newUser();
    await stores.raw.put(rawKey(id, randomUUID()), file);
    expect(await sweepAll({ olderThanMs: Date.now() - 60_000 })).toEqual(NOTHING);
    expect(await sweepAll()).toEqual({ ...NOTHING, orphanRawFiles: 1 });
    expect(await world.keysOf('BucketRaw', `raw/${id}/`)).toEqual([]);
  });

  test('rows past their time, in every table, and what an erased user’s upload left', async () => {
    const { outputs } = world.laptop.running;
    const past = Math.floor(Date.now() / 1000) - 1;
    const put = (TableName: string | undefined, Item: Record<string, unknown>) =>
      db().send(new PutCommand({ TableName, Item }));
    await put(outputs.TableLimits, { id: 'nonce#old', expires_at: past });
    await put(outputs.TableLimits, { id: 'nonce#new', expires_at: past + 3_600 });
    await put(outputs.TableBatches, { batch: 'old', file: 'imports/old/ada.jpg', expires_at: past });
    await put(outputs.TableUsers, {
      id: 'user#42',
      user_id: '42',
      state: 'erased',
      erased_at: '2026-01-01T00:00:00Z',
      expires_at: past,
    });
    const { id } = await world.newUser();
    const job = await upload(id);
    const row = await stores.uploads.get(job.uploadId);
    if (row === undefined) throw new Error('no row');
    await requestErase(id, stores);
    await eraseFirstPass(id, 60, stores);
    await eraseSecondPass(id, stores);
    await stores.uploads.add(row, 15);
    await stores.uploads.add({ ...row, id: randomUUID(), acceptedAt: '2026-01-01T00:00:00Z' }, 15);

    expect(await sweepAll()).toEqual({ ...NOTHING, staleRows: 5 });
    expect(await stores.uploads.get(job.uploadId)).toBeUndefined();
    const kept = await db().send(new GetCommand({ TableName: outputs.TableLimits, Key: { id: 'nonce#new' } }));
    expect(kept.Item).toBeDefined();
    expect(await stores.users.tombstone(id)).toBeDefined();
    expect(await sweepAll()).toEqual(NOTHING);
  });
});

test('an erasure that was never queued is sent on its way', async () => {
  const { id } = await world.newUser();
  await stores.users.markErased(id);
  const sweeps = sweepQueue(sqsClient(), world.laptop.running.outputs.QueueSweeps ?? '');
  expect((await sweep({ step: 'users' }, terms(), { ...sweepStores, sweeps })).swept.erasures).toBe(1);
  await eraseSecondPass(id, stores);
});

test('it stops when its time is up, and goes on where it stopped', async () => {
  const key = `77/${'b'.repeat(20)}/48x48.png`;
  await stores.photos.put(key, file, 'image/png');
  expect(await sweep({}, terms({ untilMs: Date.now() - 1 }), sweepStores)).toEqual({
    swept: NOTHING,
    stoppedAt: { step: 'photos' },
  });
  // After the picture in the listing: the step ends, and the next ones follow.
  expect(await sweep({ step: 'photos', after: `${key}~` }, terms(), sweepStores)).toMatchObject({
    swept: { orphanVersions: 0 },
  });
  expect(await sweep({ step: 'raw' }, terms(), sweepStores)).toEqual({ swept: NOTHING });
  expect(await world.keysOf('BucketPhotos', key)).toEqual([key]);
  expect((await sweep({ step: 'photos', after: '77/' }, terms(), sweepStores)).swept.orphanVersions).toBe(1);
});

test('the seven parts of a week find what a sweep of everything does, each its own', async () => {
  const ids = ['5', '10', '11', '28', '99', '123456789012345', '281474976710655', '31', '32', '33'];
  for (const id of ids) {
    await stores.photos.put(`${id}/${'c'.repeat(20)}/48x48.png`, file, 'image/png');
    await stores.raw.put(rawKey(id, randomUUID()), file);
    await stores.uploads.add(
      {
        id: randomUUID(),
        userId: id,
        source: 'slack',
        number: 1,
        state: 'queued',
        acceptedAt: new Date().toISOString(),
      },
      15,
    );
  }
  const { id: erased } = await world.newUser();
  await stores.users.markErased(erased);

  const found: Awaited<ReturnType<typeof sweep>>[] = [];
  for (const part of PARTS) found.push(await sweep({ part }, terms(), sweepStores));
  const sum = (what: keyof typeof NOTHING) => found.reduce((all, { swept }) => all + swept[what], 0);
  expect(found.map(({ stoppedAt }) => stoppedAt)).toEqual(PARTS.map(() => undefined));
  expect([sum('orphanVersions'), sum('orphanRawFiles'), sum('staleRows')]).toEqual([10, 10, 10]);
  // Nobody waits a week for the end of an erasure.
  expect(found.map(({ swept }) => swept.erasures)).toEqual(PARTS.map(() => 1));
  // No part is everything.
  for (const { swept } of found) expect(swept.orphanVersions).toBeLessThan(10);
  expect(await sweepAll()).toEqual({ ...NOTHING, erasures: 1 });
  await eraseSecondPass(erased, stores);
});

test('a part goes on where its time was up', async () => {
  await stores.photos.put(`28/${'d'.repeat(20)}/48x48.png`, file, 'image/png');
  const [part = -1] = PARTS.filter((one) => partPrefixes(one).includes('28'));
  // Its prefixes in turn, one a message, because there is never time for a second.
  const seen: (string | undefined)[] = [];
  for (let place: SweepCursor | undefined = { step: 'photos', part }; place?.after !== '28'; ) {
    const went = await sweep(place ?? {}, terms({ untilMs: Date.now() - 1 }), sweepStores);
    expect(went.swept).toEqual(NOTHING);
    place = went.stoppedAt;
    seen.push(place?.after);
  }
  expect(seen).toEqual(partPrefixes(part).slice(1, partPrefixes(part).indexOf('28') + 1));
  expect(
    await sweep({ step: 'photos', part, after: '29' }, terms(), sweepStores).catch((error: Error) => error.message),
  ).toBe(`a sweep of part ${part} cannot go on at 29`);
  expect((await sweep({ step: 'photos', part, after: '28' }, terms(), sweepStores)).swept.orphanVersions).toBe(1);
});

test('hashes of e-mail addresses are there while avatars are on, and go when they are off', async () => {
  const email = 'swept@example.com';
  const created = await createUser({ screenName: 'swept_hash', name: 'Ada L', email }, world.stores);
  if (!created.ok) throw new Error(created.refusal.code);
  const { id } = created.value;
  const has = () => stores.users.hasEmailHashes(email, id);
  expect(await has()).toBe(false);
  for (const avatars of [true, true, false, false]) {
    await sweep({}, terms(), { ...sweepStores, avatars });
    expect(await has()).toBe(avatars);
  }
  expect((await stores.users.page()).hashes).toEqual([]);
});
