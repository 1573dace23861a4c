import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emailHashes } from '../../lambdas/core/avatar.ts';
import { type Job, versionOf } from '../../lambdas/core/change.ts';
import { digest } from '../../lambdas/core/credential.ts';
import { rawKey } from '../../lambdas/core/object-keys.ts';
import { DEFAULT_SERVICE_LIMITS } from '../../lambdas/core/service-limits.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { createUser } from '../../lambdas/flow/create-user.ts';
import { eraseFirstPass, eraseSecondPass, requestErase, TOMBSTONE_DAYS } from '../../lambdas/flow/erase.ts';
import { importPhoto } from '../../lambdas/flow/import-photo.ts';
import { issueSlackToken } from '../../lambdas/flow/issue-credentials.ts';
import { processJob } from '../../lambdas/flow/process-job.ts';
import { s3Client, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { importFiles } from '../../lambdas/store/import-files.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { sweepQueue } from '../../lambdas/store/sweep-queue.ts';
import { type ImportWorld, importsIn } from '../import-world.ts';
import { acceptedJob, dies, workOn } from '../jobs.ts';
import { png, RED, solid } from '../pictures.ts';
import { eventually, sharedWorld } from '../world.ts';

/**
 * ERASE on real stores. Jobs and erasures go to queues that nothing consumes, so that each test decides what is
 * delivered when.
 */
let world: ImportWorld;
let stores: ImportWorld['stores'] & { sweeps: ReturnType<typeof sweepQueue> };
let file: Buffer;

beforeAll(async () => {
  world = importsIn(await sharedWorld());
  const idle = world.laptop.running.outputs.QueueIntakeDead ?? '';
  stores = { ...world.stores, jobs: jobQueue(sqsClient(), idle), sweeps: sweepQueue(sqsClient(), idle) };
  file = await png({ picture: solid(512, 512, RED) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

const upload = (userId: string, over: Partial<typeof stores> = {}): Promise<Job> =>
  acceptedJob(userId, file, { ...stores, ...over });
const work = (job: Job) => workOn(job, stores);

/** Everything in the service with the user's id in its key or its content. */
async function leftOf(userId: string, names: string[] = []) {
  const isTheirs = (text: string) => [userId, ...names].some((name) => text.includes(name));
  const rows: string[] = [];
  for await (const page of stores.batches.everything()) {
    rows.push(...page.map((entry) => JSON.stringify(entry)).filter(isTheirs));
  }
  return {
    user: await stores.users.get(userId),
    photos: await world.keysOf('BucketPhotos', `${userId}/`),
    raw: await world.keysOf('BucketRaw', `raw/${userId}/`),
    imports: (await world.keysOf('BucketImports', '')).filter(isTheirs),
    rows,
  };
}

const NOTHING = { user: undefined, photos: [], raw: [], imports: [], rows: [] };

const IDLE = { QueueIntake: 0, QueueBulk: 0 };
const isServiceIdle = ({ QueueIntake, QueueBulk }: Record<string, number>) => QueueIntake === 0 && QueueBulk === 0;

/** A user with an e-mail address, a photo by upload, one by import, and an upload under way. */
async function livedUser(name: string) {
  const user = await world.createUser(name, `${name}@example.com`);
  const owner = { userId: user.id, teamId: user.teamId, appId: 'default' };
  const token = await issueSlackToken({ ...owner, kind: 'user' }, 'secret', stores.credentials);
  const bot = await issueSlackToken({ ...owner, kind: 'bot' }, 'older', stores.credentials);
  const key = `imports/lives/${name}.png`;
  await stores.files.put(key, file);
  const terms = { policy: UPLOAD_POLICIES.import, retentionDays: 15 };
  const imported = await importPhoto({ batch: 'lives', key, user: name, sequencer: '01' }, terms, stores);
  if (typeof imported === 'string' || imported.uploadId === undefined) throw new Error(JSON.stringify(imported));
  const acceptedAt = new Date().toISOString();
  await work({ uploadId: imported.uploadId, userId: user.id, number: 1, source: 'import', acceptedAt });
  // S3 tells the service of the file, too. It must be done: a claim that it writes after the second pass would never be
  // found.
  const depths = await eventually(world.depths, isServiceIdle);
  expect(depths).toMatchObject(IDLE);
  const shown = await upload(user.id);
  expect(await work(shown)).toEqual({ state: 'published' });
  return { user, token, bot, key, importedId: imported.uploadId, shown, waiting: await upload(user.id) };
}

describe('an erasure', () => {
  test('removes all there is, says how much, and leaves a tombstone that says nothing', async () => {
    const { user, token, bot, shown, importedId, waiting } = await livedUser('erased_1');
    const email = 'erased_1@example.com';
    await stores.users.noteEmailHashes(email, user.id);
    expect(await stores.users.hasEmailHashes(email, user.id)).toBe(true);
    expect(await requestErase(user.id, stores)).toBe(true);
    expect(await eraseFirstPass(user.id, 60, stores)).toEqual({
      // 8 squares of a 512 (24 32 48 72 73 192 400 512), twice.
      photos: 16,
      rawFiles: 3,
      importFiles: 1,
      credentials: 2,
      claims: 0,
      uploads: 3,
      // The row, and the claim on the user.
      batchRows: 2,
    });
    expect(await eraseSecondPass(user.id, stores)).toMatchObject({ photos: 0, rawFiles: 0, credentials: 0, claims: 3 });

    expect(await leftOf(user.id, ['erased_1'])).toEqual(NOTHING);
    for (const shownToken of [token, bot])
      expect(await stores.credentials.byDigest(digest(shownToken))).toBeUndefined();
    for (const id of [shown.uploadId, importedId, waiting.uploadId])
      expect(await stores.uploads.get(id)).toBeUndefined();
    expect(await stores.users.claimant({ kind: 'screen_name', value: 'erased_1' })).toBeUndefined();
    expect(await stores.users.claimant({ kind: 'slack_id', value: user.slackId })).toBeUndefined();
    expect(await stores.users.withEmail(email)).toEqual([]);
    const { hashes } = await stores.users.page();
    expect(hashes.filter((hash) => emailHashes(email).includes(hash))).toEqual([]);
    const tombstone = await stores.users.tombstone(user.id);
    expect(tombstone).toEqual({
      userId: user.id,
      erasedAt: expect.any(String),
      expiresAtSeconds: Math.floor(Date.parse(tombstone?.erasedAt ?? '') / 1000) + TOMBSTONE_DAYS * 86_400,
    });
    expect(await Array.fromAsync(stores.users.list())).not.toContainEqual(expect.objectContaining({ id: user.id }));
  });

  test('of somebody who is not there, or not marked, does nothing', async () => {
    const { id } = await world.newUser();
    expect(await requestErase('999', stores)).toBe(false);
    expect(await eraseFirstPass(id, 60, stores)).toBeUndefined();
    expect(await eraseSecondPass(id, stores)).toBeUndefined();
    expect(await stores.users.get(id)).toMatchObject({ state: 'active' });
  });

  test('stops the user at once: no number, no photo, no undo of it', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    await stores.users.markErased(id);
    expect(await stores.users.takeNumber(id, new Date().toISOString())).toBeUndefined();
    expect(await stores.users.setState(id, 'active')).toBe(false);
    expect(await work(job)).toEqual({ state: 'failed', reason: 'erased-user' });
    expect(await leftOf(id)).toMatchObject({ photos: [], raw: [] });
  });

  test('done, it is not begun again', async () => {
    const { id } = await world.newUser();
    await requestErase(id, stores);
    await eraseFirstPass(id, 60, stores);
    await eraseSecondPass(id, stores);
    const before = await stores.users.tombstone(id);
    expect(await requestErase(id, stores)).toBe(false);
    expect(await eraseFirstPass(id, 60, stores)).toBeUndefined();
    expect(await eraseSecondPass(id, stores)).toBeUndefined();
    expect(await stores.users.tombstone(id)).toEqual(before);
  });

  test('removes files that nobody was told of yet, by every name; what tells of them later finds nothing', async () => {
    const { id, slackId } = await world.createUser('erased_5', 'erased_5@example.com');
    // This bucket notifies nobody, so the test decides when S3 does.
    const bucket = 'BucketSite';
    const files = importFiles(s3Client(), world.laptop.running.outputs[bucket] ?? '');
    const names = [id, slackId, 'erased_5', '@Erased_5', 'ERASED_5@example.com'];
    const theirs = names.map((name) => `imports/untold/in/${name}.png`);
    const others = [
      'imports/untold/erased_5.other.png',
      'imports/untold/erased_55.png',
      'manifests/untold/erased_5.png',
    ];
    for (const key of [...theirs, ...others]) await files.put(key, file);
    await requestErase(id, stores);
    expect(await eraseFirstPass(id, 60, { ...stores, files })).toMatchObject({ importFiles: 5 });
    // Put while the erasure waits, for the second pass to find.
    await files.put('imports/untold/erased_5.gif', file);
    expect(await eraseSecondPass(id, { ...stores, files })).toMatchObject({ importFiles: 1 });
    expect((await world.keysOf(bucket, '')).filter((key) => key.includes('untold'))).toEqual(others);
    for (const [index, key] of theirs.entries()) {
      const notified = { batch: 'untold', key, user: names[index] ?? '', sequencer: '01' };
      const terms = { policy: UPLOAD_POLICIES.import, retentionDays: 15 };
      expect(await importPhoto(notified, terms, { ...stores, files })).toBe('gone');
    }
    expect((await leftOf(id, ['untold'])).rows).toEqual([]);
  });

  test('leaves other people alone: the same address, the same file, the same batch', async () => {
    const other = await world.createUser('other_2', 'shared@example.com');
    const user = await world.createUser('erased_2', 'shared@example.com');
    const key = 'manifests/shared/both.png';
    await stores.files.put(key, file);
    const terms = { policy: UPLOAD_POLICIES.import, retentionDays: 15 };
    for (const [line, name] of ['other_2', 'erased_2'].entries()) {
      await importPhoto({ batch: 'shared', key, user: name, sequencer: '01', line: line + 1 }, terms, stores);
    }
    await requestErase(user.id, stores);
    expect(await eraseFirstPass(user.id, 60, stores)).toMatchObject({ importFiles: 0, batchRows: 2, uploads: 1 });
    await eraseSecondPass(user.id, stores);
    expect(await world.keysOf('BucketImports', key)).toEqual([key]);
    expect((await world.report('shared')).map(({ user: named }) => named)).toEqual(['other_2']);
    expect((await stores.users.withEmail('shared@example.com')).map(({ id }) => id)).toEqual([other.id]);
  });
});

describe('what is under way when it begins', () => {
  test('a job that has rendered already publishes nothing and leaves nothing', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    const put: typeof stores.photos.put = async (...all) => {
      // The whole first pass happens while pictures are being stored.
      if ((await stores.users.get(id))?.state === 'active') {
        await requestErase(id, stores);
        await eraseFirstPass(id, 60, stores);
      }
      return stores.photos.put(...all);
    };
    const options = { letterboxColour: '#000000', serviceLimits: DEFAULT_SERVICE_LIMITS };
    const done = await processJob(job, options, { ...stores, photos: { ...stores.photos, put } });
    expect(done).toEqual({ state: 'failed', reason: 'erased-user' });
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toEqual([]);
  });

  test('a worker that died after storing pictures: the second pass finds them', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    const dies = async (): Promise<never> => {
      await requestErase(id, stores);
      await eraseFirstPass(id, 60, stores);
      // The worker has read the record before, and stores pictures after the first pass.
      await stores.photos.put(`${id}/${versionOf(job.uploadId)}/48x48.png`, file, 'image/png');
      throw new Error('the worker died');
    };
    const options = { letterboxColour: '#000000', serviceLimits: DEFAULT_SERVICE_LIMITS };
    const dying = processJob(job, options, { ...stores, users: { ...stores.users, show: dies } });
    await expect(dying).rejects.toThrow('the worker died');
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toHaveLength(1);
    expect(await eraseSecondPass(id, stores)).toMatchObject({ photos: 1 });
    expect(await leftOf(id)).toEqual(NOTHING);
  });

  test.each([
    ['takes its file along', false],
    ['dies, and the second pass finds its file', true],
  ])('an upload that was let in before: whoever refuses it %s', async (_, dies) => {
    const { id } = await world.newUser();
    const takeNumber: typeof stores.users.takeNumber = async (...all) => {
      await requestErase(id, stores);
      await eraseFirstPass(id, 60, stores);
      return stores.users.takeNumber(...all);
    };
    // Stored after the first pass.
    let erased: Promise<unknown> | undefined;
    const users = {
      ...stores.users,
      takeNumber: (...all: Parameters<typeof takeNumber>) => (erased = takeNumber(...all)),
    };
    const put: typeof stores.raw.put = async (...all) => {
      while (erased === undefined) await new Promise((done) => setImmediate(done));
      await erased;
      return stores.raw.put(...all);
    };
    const remove = async (keys: string[]) => {
      if (dies) throw new Error('died');
      return stores.raw.remove(keys);
    };
    const refused = upload(id, { raw: { ...stores.raw, put, remove }, users });
    await expect(refused).rejects.toThrow(dies ? 'failed after something was stored' : 'inactive-user');
    expect(await world.keysOf('BucketRaw', `raw/${id}/`)).toHaveLength(dies ? 1 : 0);
    await eraseSecondPass(id, stores);
    expect(await leftOf(id)).toEqual(NOTHING);
  });

  test('an upload whose row came after the first look: its job takes row and file along', async () => {
    const { id } = await world.newUser();
    const job = await upload(id);
    const row = await stores.uploads.get(job.uploadId);
    if (row === undefined) throw new Error('no row');
    await requestErase(id, stores);
    await eraseFirstPass(id, 60, stores);
    await eraseSecondPass(id, stores);
    await stores.uploads.add(row, 15);
    await stores.raw.put(rawKey(id, job.uploadId), file);
    expect(await work(job)).toEqual({ state: 'failed', reason: 'erased-user' });
    expect(await stores.uploads.get(job.uploadId)).toBeUndefined();
    expect(await leftOf(id)).toEqual(NOTHING);
  });
});

describe('an erasure that dies half-way goes on when it comes again', () => {
  const steps: [step: string, over: () => Partial<typeof stores>][] = [
    ['before the photos go', () => ({ photos: { ...stores.photos, removeAll: dies } })],
    ['between a row and its raw file', () => ({ raw: { ...stores.raw, remove: dies } })],
    ['before the credentials go', () => ({ credentials: { ...stores.credentials, removeAllOf: dies } })],
    ['between an import file and its row', () => ({ batches: { ...stores.batches, remove: dies } })],
    ['before it is told', () => ({ events: { ...stores.events, publish: dies } })],
    ['before the second pass is queued', () => ({ sweeps: { ...stores.sweeps, sendErase: dies } })],
  ];

  test.each(steps.map(([step, over], index) => [step, over, index] as const))('%s', async (_step, over, index) => {
    const name = `half_${index}`;
    const { user } = await livedUser(name);
    await stores.users.markErased(user.id);
    await expect(eraseFirstPass(user.id, 60, { ...stores, ...over() })).rejects.toThrow('the function died');
    await eraseFirstPass(user.id, 60, stores);
    await eraseSecondPass(user.id, stores);
    expect(await leftOf(user.id, [name])).toEqual(NOTHING);
  });

  test('between the names and the tombstone: the next owner of the name loses nothing', async () => {
    const { user } = await livedUser('named_3');
    await stores.users.markErased(user.id);
    await eraseFirstPass(user.id, 60, stores);
    await expect(
      eraseSecondPass(user.id, { ...stores, users: { ...stores.users, putTombstone: dies } }),
    ).rejects.toThrow('died');
    const next = await world.createUser('named_3', 'named_3@example.com');
    // A row that does not know its user yet names them by the screen name, which somebody else has now.
    await stores.files.put('manifests/next/a.png', file);
    await stores.batches.announce({
      batch: 'next',
      key: 'manifests/next/a.png',
      user: 'named_3',
      sequencer: '1',
      line: 2,
    });
    await eraseSecondPass(user.id, stores);
    expect(await world.keysOf('BucketImports', 'manifests/next/')).toHaveLength(1);
    expect(await stores.users.claimant({ kind: 'screen_name', value: 'named_3' })).toBe(next.id);
    expect((await stores.users.withEmail('named_3@example.com')).map(({ id }) => id)).toEqual([next.id]);
  });
});

test('the name is taken until nothing is left, and then its next owner starts from nothing', async () => {
  const { user } = await livedUser('again_4');
  const create = () => createUser({ screenName: 'again_4', name: 'Another' }, stores);
  await requestErase(user.id, stores);
  await eraseFirstPass(user.id, 60, stores);
  expect(await create()).toMatchObject({ ok: false, refusal: { code: 'screen-name-taken' } });
  await eraseSecondPass(user.id, stores);
  const made = await create();
  if (!made.ok) throw new Error(made.refusal.code);
  expect(made.value.id).not.toBe(user.id);
  expect(await stores.users.get(made.value.id)).toMatchObject({ seq: 0, shown: 0, history: [] });
});
