import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versionOf } from '../../lambdas/core/change.ts';
import { type ImportFile, rowId } from '../../lambdas/core/import-batch.ts';
import { readImportKey } from '../../lambdas/core/import-key.ts';
import { DEFAULT_SERVICE_LIMITS } from '../../lambdas/core/service-limits.ts';
import { type ImportTerms, importPhoto } from '../../lambdas/flow/import-photo.ts';
import { undoImport } from '../../lambdas/flow/import-undo.ts';
import { processJob } from '../../lambdas/flow/process-job.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import type { ImportObject } from '../../lambdas/store/import-files.ts';
import { jobQueue, readJob } from '../../lambdas/store/job-queue.ts';
import { type ImportWorld, importsIn, said } from '../import-world.ts';
import { avifOf, BLUE, GREEN, png, RED, solid, webpOf } from '../pictures.ts';
import { sharedWorld } from '../world.ts';

/**
 * Events that come twice, late and out of order, and people who change photos meanwhile, on the real stores. Only the
 * objects' times are made up, because LastModified has whole seconds. Jobs are kept, so that each test decides what is
 * delivered when.
 */
const TERMS: ImportTerms = { policy: DEFAULT_SERVICE_LIMITS.policies.import, retentionDays: 15 };
const OPTIONS = { letterboxColour: '#000000', serviceLimits: DEFAULT_SERVICE_LIMITS };

let world: ImportWorld;
let pictures: Buffer[];
let made = 0;

beforeAll(async () => {
  world = importsIn(await sharedWorld());
  pictures = await Promise.all([RED, GREEN, BLUE].map((colour) => png({ picture: solid(64, 64, colour) })));
}, 60_000);
afterAll(() => world?.end(), 30_000);

const secondsAgo = (seconds: number) => new Date(Math.floor(Date.now() / 1000 - seconds) * 1000).toISOString();

/** A batch of the test's own: objects with the times that it gives them, events, and jobs. */
async function newBatch() {
  const batch = `b${++made}`;
  const user = await world.createUser(`i${process.pid}_${made}`.slice(-15), `i${made}@example.com`);
  const objects = new Map<string, ImportObject & { content: Uint8Array }>();
  const sent: string[] = [];
  const jobs = jobQueue(sqsClient(), world.laptop.running.outputs.QueueIntakeDead ?? '');
  const stores = {
    ...world.stores,
    files: { ...world.stores.files, get: async (key: string) => objects.get(key) },
    jobs: { ...jobs, send: async (job: Parameters<typeof jobs.send>[0]) => void sent.push(JSON.stringify(job)) },
  };
  const keyOf = (name: string) => `imports/${batch}/${name}`;
  return {
    batch,
    user,
    stores,
    put(name: string, picture: number, lastModified: string) {
      const content = pictures[picture] ?? Buffer.alloc(0);
      objects.set(keyOf(name), { content, bytes: content.length, etag: `"${picture}"`, lastModified });
    },
    event: (name: string, sequencer: string, over: Partial<ImportFile> = {}) =>
      importPhoto({ batch, key: keyOf(name), user: name.replace('.png', ''), sequencer, ...over }, TERMS, stores),
    /** Works on all jobs, in the order they were sent. */
    async work() {
      for (const job of sent.splice(0)) await processJob(JSON.parse(job), OPTIONS, world.stores);
    },
    jobs: sent,
    async seen() {
      const record = await world.stores.users.get(user.id);
      const report = await world.report(batch);
      const row = report.find(({ upload_id }) => versionOf(upload_id) === record?.photo?.version);
      return { shownFile: row?.file, seq: record?.seq, report: report.map(said) };
    },
  };
}

/** A photo that a person sets by one of the APIs. */
async function setByHand(userId: string, at: string): Promise<string> {
  const number = await world.stores.users.takeNumber(userId, at);
  const user = await world.stores.users.get(userId);
  if (number === undefined || user === undefined) throw new Error('no user');
  const version = `${number}`.padStart(20, 'a');
  const photo = { version, format: 'png', number, publishedAt: at, widthPx: 64, heightPx: 64 } as const;
  await world.stores.users.show(user, number, photo, user.photo ? [user.photo, ...user.history] : user.history, []);
  return version;
}

const shownVersion = async (userId: string) => (await world.stores.users.get(userId))?.photo?.version;

describe('once', () => {
  test('the same event again changes nothing, before and after the photo is shown', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    expect(await b.event(name, '01')).toMatchObject({ state: 'queued' });
    expect(await b.event(name, '01')).toBe('unchanged');
    await b.work();
    const before = await world.traces(b.user.id);
    expect(await b.event(name, '01')).toBe('unchanged');
    expect([await world.traces(b.user.id), b.jobs]).toEqual([before, []]);
  });

  test('a file without bytes is refused, and a folder’s marker is nothing', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, -1, secondsAgo(10));
    expect(await b.event(name, '01')).toMatchObject({ state: 'refused', reason: 'no_image' });
    expect((await b.seen()).report).toEqual([`${name} | ${b.user.screenName} | refused | no_image`]);
    expect(readImportKey(`imports/${b.batch}/a folder/`)).toEqual({ kind: 'folder' });
  });

  test.each([
    ['webp', () => webpOf(solid(64, 64, RED)), 'jpeg'],
    ['avif', () => avifOf(solid(64, 64, [230, 20, 20, 99])), 'png'],
  ] as const)('a file of %s is taken in, and becomes what everybody can show', async (ending, make, format) => {
    const b = await newBatch();
    pictures.push(await make());
    const name = `${b.user.screenName}.${ending}`;
    b.put(name, pictures.length - 1, secondsAgo(10));
    expect(await b.event(name, '01', { user: b.user.screenName })).toMatchObject({ state: 'queued' });
    await b.work();
    expect((await world.stores.users.get(b.user.id))?.photo).toMatchObject({ format, widthPx: 64, heightPx: 64 });
  });

  test('the same bytes put anew change nothing while nothing else was', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    await b.event(name, '01');
    await b.work();
    b.put(name, 0, secondsAgo(5));
    expect(await b.event(name, '02')).toBe('unchanged');
    expect((await b.seen()).seq).toBe(1);
  });

  test('a try that dies before its job, or before its row, is repeated with one photo in the end', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    const dies = async (): Promise<never> => {
      throw new Error('died');
    };
    const file = { batch: b.batch, key: `imports/${b.batch}/${name}`, user: b.user.screenName, sequencer: '01' };
    for (const over of [
      { uploads: { ...b.stores.uploads, add: dies } },
      { jobs: { ...b.stores.jobs, send: dies } },
      { batches: { ...b.stores.batches, write: dies } },
    ]) {
      await expect(importPhoto(file, TERMS, { ...b.stores, ...over })).rejects.toThrow();
    }
    expect(await importPhoto(file, TERMS, b.stores)).toMatchObject({ state: 'queued' });
    await b.work();
    expect(await b.seen()).toMatchObject({ shownFile: name, report: [`${name} | ${b.user.screenName} | published`] });
    expect(await world.keysOf('BucketRaw', `raw/${b.user.id}/`)).toHaveLength(1);
  });
});

test("a deployment's own limit of bytes holds, to the byte", async () => {
  const b = await newBatch();
  const content = pictures[0] ?? Buffer.alloc(0);
  // Not under `imports/`, so that S3 notifies nobody.
  const file = { batch: b.batch, key: `limits/${b.batch}/x.png`, user: b.user.screenName, sequencer: '01' };
  await world.put(file.key, content);
  const stores = { ...b.stores, files: world.stores.files };
  const take = (maxBytes: number) => importPhoto(file, { ...TERMS, policy: { ...TERMS.policy, maxBytes } }, stores);
  expect(await take(content.length - 1)).toMatchObject({ state: 'refused', reason: 'too_many_bytes' });
  expect(await take(content.length)).toMatchObject({ state: 'queued' });
});

describe('in order', () => {
  test.each([
    ['as they were put', ['01', '02']],
    ['in reverse', ['02', '01']],
    ['each twice, mixed', ['02', '01', '02', '01']],
  ])('two versions of a file within one second: %s', async (_how, sequencers) => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    const at = secondsAgo(10);
    // Whoever looks first may still see the first version.
    b.put(name, 0, at);
    if (sequencers[0] === '01') await b.event(name, '01');
    b.put(name, 1, at);
    for (const sequencer of sequencers) await b.event(name, sequencer);
    await b.work();
    const row = await world.stores.batches.row({ batch: b.batch, key: `imports/${b.batch}/${name}`, user: '' });
    expect(row).toMatchObject({ etag: '"1"', state: 'queued' });
    expect(await shownVersion(b.user.id)).toBe(versionOf(row?.uploadId ?? ''));
  });

  test.each([[['a', 'b']], [['b', 'a']], [['b', 'a', 'b', 'a']]])(
    'two files for one user, seen in the order %j: the first name has them, the other is told so',
    async (order) => {
      const b = await newBatch();
      const names = { a: `${b.user.id}.png`, b: `${b.user.screenName}.png` };
      // The winner was put first, so by the clock it would lose.
      b.put(names.a, 0, secondsAgo(20));
      b.put(names.b, 1, secondsAgo(10));
      for (const one of order) await b.event(names[one as 'a' | 'b'], '01');
      await b.work();
      expect(await b.seen()).toMatchObject({
        shownFile: names.a,
        report: [
          `${names.a} | ${b.user.id} | published`,
          `${names.b} | ${b.user.screenName} | refused | duplicate_user`,
        ],
      });
    },
  );

  test('two files for one user, taken in at the same time', async () => {
    const b = await newBatch();
    const names = [`${b.user.id}.png`, `${b.user.screenName}.png`, `${b.user.email}.png`];
    names.forEach((name, index) => {
      b.put(name, index, secondsAgo(20 - index));
    });
    const all = [...names, ...names];
    const tries = await Promise.allSettled(all.map((name) => b.event(name, '01')));
    for (const [index, tried] of tries.entries())
      if (tried.status === 'rejected') await b.event(all[index] ?? '', '01');
    await b.work();
    expect((await b.seen()).shownFile).toBe(names[0]);
  });
});

describe('a person', () => {
  test('who changed their photo after the file was put keeps it', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    const theirs = await setByHand(b.user.id, new Date(Date.now() - 9_500).toISOString());
    expect(await b.event(name, '01')).toMatchObject({ state: 'superseded', reason: 'newer_change' });
    await b.work();
    expect(await shownVersion(b.user.id)).toBe(theirs);
    expect(await world.keysOf('BucketRaw', `raw/${b.user.id}/`)).toEqual([]);
  });

  test('who changed it in the very millisecond keeps it', async () => {
    const b = await newBatch();
    const at = secondsAgo(10);
    b.put(`${b.user.screenName}.png`, 0, at);
    const theirs = await setByHand(b.user.id, at);
    await b.event(`${b.user.screenName}.png`, '01');
    await b.work();
    expect(await shownVersion(b.user.id)).toBe(theirs);
  });

  test('who changed it before the file was put gets the file', async () => {
    const b = await newBatch();
    await setByHand(b.user.id, secondsAgo(20));
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(10));
    await b.event(`${b.user.screenName}.png`, '01');
    await b.work();
    expect((await b.seen()).shownFile).toBe(`${b.user.screenName}.png`);
  });

  test('who changed it between the import and its publication keeps it', async () => {
    const b = await newBatch();
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(10));
    await b.event(`${b.user.screenName}.png`, '01');
    const theirs = await setByHand(b.user.id, new Date().toISOString());
    await b.work();
    expect(await shownVersion(b.user.id)).toBe(theirs);
    expect((await b.seen()).report).toEqual([expect.stringContaining('superseded | newer_change')]);
  });
});

describe('a user who was made after the file was put', () => {
  test('does not get it: it was for whoever had the name before. Put anew, it is for them', async () => {
    const b = await newBatch();
    const name = `${b.user.email}.png`;
    b.put(name, 0, secondsAgo(10));
    await world.setCreatedAt(b.user.id, new Date(Date.parse(secondsAgo(9)) + 1).toISOString());
    expect(await b.event(name, '01')).toEqual({ state: 'refused', reason: 'older_than_user' });
    await b.work();
    expect(await b.seen()).toMatchObject({
      seq: 0,
      report: [`${name} | ${b.user.email} | refused | older_than_user`],
    });
    b.put(name, 0, secondsAgo(5));
    expect(await b.event(name, '02')).toMatchObject({ state: 'queued', userId: b.user.id });
  });

  test('in the same second: does, since a name is not given anew that fast', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    await world.setCreatedAt(b.user.id, new Date(Date.parse(secondsAgo(10)) + 999).toISOString());
    expect(await b.event(name, '01')).toMatchObject({ state: 'queued' });
  });

  test('gets an older file by a manifest that was put later, and nothing by an older manifest', async () => {
    const b = await newBatch();
    b.put('x.png', 0, secondsAgo(30));
    await world.setCreatedAt(b.user.id, secondsAgo(20));
    const line = (sequencer: string, namedAt: string) =>
      b.event('x.png', sequencer, { user: b.user.screenName, line: 2, namedAt });
    expect(await line('05', secondsAgo(25))).toEqual({ state: 'refused', reason: 'older_than_user' });
    expect(await line('06', secondsAgo(10))).toMatchObject({ state: 'queued' });
  });
});

describe('imports among each other', () => {
  /** Two batches with a file each for one user, put within one second: the sequencer says which came later. */
  test.each([[['01', '02']], [['02', '01']], [['02', '01', '02', '01']]])(
    'two batches within one second, seen in the order %j: the later one has the last word',
    async (order) => {
      const b = await newBatch();
      const other = await newBatch();
      const at = secondsAgo(10);
      const name = `${b.user.screenName}.png`;
      b.put(name, 0, at);
      other.put(name, 1, at);
      for (const sequencer of order) await (sequencer === '01' ? b : other).event(name, sequencer);
      await b.work();
      await other.work();
      const row = await world.stores.batches.row({
        batch: other.batch,
        key: `imports/${other.batch}/${name}`,
        user: '',
      });
      expect(await shownVersion(b.user.id)).toBe(versionOf(row?.uploadId ?? ''));
    },
  );

  test.each([['as they were put'], ['in reverse']])(
    'a person between two files of one batch, seen %s: the file that was put before yields, the later one is taken',
    async (how) => {
      const b = await newBatch();
      const names = [`${b.user.id}.png`, `${b.user.screenName}.png`];
      // Digits sort first, so the first one would have the user.
      b.put(names[0] ?? '', 0, secondsAgo(20));
      await setByHand(b.user.id, secondsAgo(15));
      b.put(names[1] ?? '', 1, secondsAgo(10));
      for (const name of how === 'in reverse' ? [...names].reverse() : names) await b.event(name, '01');
      await b.work();
      expect(await b.seen()).toMatchObject({
        shownFile: names[1],
        report: [
          `${names[0]} | ${b.user.id} | superseded | newer_change`,
          `${names[1]} | ${b.user.screenName} | published`,
        ],
      });
    },
  );

  test("an import leaves the time of a person's change as it was", async () => {
    const b = await newBatch();
    const byHandAt = secondsAgo(30);
    await setByHand(b.user.id, byHandAt);
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(10));
    await b.event(`${b.user.screenName}.png`, '01');
    const taken = await world.stores.users.get(b.user.id);
    expect(taken).toMatchObject({ changedAt: byHandAt, importedFrom: `imports/${b.batch}/${b.user.screenName}.png` });
  });
});

describe('undo', () => {
  const undo = async (b: Awaited<ReturnType<typeof newBatch>>) => {
    const claim = await world.stores.batches.claimOf(b.batch, b.user.id);
    if (claim === undefined) throw new Error('no claim');
    return undoImport(claim, b.batch, world.stores);
  };

  test('gives back the photo before the batch, also when the batch had two; twice is harmless', async () => {
    const b = await newBatch();
    const theirs = await setByHand(b.user.id, secondsAgo(30));
    const name = `${b.user.screenName}.png`;
    for (const [picture, seconds] of [
      [0, 20],
      [1, 10],
    ] as const) {
      b.put(name, picture, secondsAgo(seconds));
      await b.event(name, `0${picture}`);
      await b.work();
    }
    expect([await undo(b), await undo(b)]).toEqual(['restored', 'kept']);
    const user = await world.stores.users.get(b.user.id);
    expect(user).toMatchObject({ photo: { version: theirs }, history: [], evicted: [] });
    expect(await world.keysOf('BucketPhotos', `${b.user.id}/`)).toEqual([]);
    expect((await b.seen()).report).toEqual([`${name} | ${b.user.screenName} | undone`]);
  });

  test('removes the photo of who had none; the event that comes once more does not bring it back', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    await b.event(name, '01');
    const job = b.jobs[0] ?? '';
    await b.work();
    expect(await undo(b)).toBe('removed');
    await b.event(name, '01');
    await b.work();
    await processJob(readJob(asMessage(job)), OPTIONS, world.stores);
    expect(await shownVersion(b.user.id)).toBeUndefined();
    expect(await world.keysOf('BucketPhotos', `${b.user.id}/`)).toEqual([]);
  });

  test('a file of another batch that is put in the second of the undo is taken', async () => {
    const b = await newBatch();
    const name = `${b.user.screenName}.png`;
    b.put(name, 0, secondsAgo(10));
    await b.event(name, '01');
    await b.work();
    expect(await undo(b)).toBe('removed');
    const later = await newBatch();
    // S3 drops the milliseconds, so by its clock the file is older than the undo.
    later.put(name, 1, secondsAgo(0));
    expect(await later.event(name, '02')).toMatchObject({ state: 'queued' });
  });

  test('of a photo still on its way: it is not shown any more', async () => {
    const b = await newBatch();
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(10));
    await b.event(`${b.user.screenName}.png`, '01');
    await undo(b);
    await b.work();
    expect(await shownVersion(b.user.id)).toBeUndefined();
  });

  test('leaves what a person has set since, and what is on its way from them', async () => {
    const b = await newBatch();
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(10));
    await b.event(`${b.user.screenName}.png`, '01');
    await b.work();
    await world.stores.users.takeNumber(b.user.id, new Date().toISOString());
    expect(await undo(b)).toBe('kept');
    const theirs = await setByHand(b.user.id, new Date().toISOString());
    expect(await undo(b)).toBe('kept');
    expect(await shownVersion(b.user.id)).toBe(theirs);
  });

  test('what it brought back stays when its old job comes once more', async () => {
    const b = await newBatch();
    b.put(`${b.user.screenName}.png`, 0, secondsAgo(30));
    await b.event(`${b.user.screenName}.png`, '01');
    const job = b.jobs[0] ?? '';
    await b.work();
    const first = await shownVersion(b.user.id);
    const later = await newBatch();
    later.put(`${b.user.screenName}.png`, 1, secondsAgo(10));
    await later.event(`${b.user.screenName}.png`, '01');
    await later.work();
    const claim = await world.stores.batches.claimOf(later.batch, b.user.id);
    expect(claim && (await undoImport(claim, later.batch, world.stores))).toBe('restored');
    const objects = await world.keysOf('BucketPhotos', `${b.user.id}/${first}/`);
    await processJob(readJob(asMessage(job)), OPTIONS, world.stores);
    expect(await shownVersion(b.user.id)).toBe(first);
    // 24, 32, 48 and the master of 64.
    expect([objects.length, await world.keysOf('BucketPhotos', `${b.user.id}/${first}/`)]).toEqual([4, objects]);
  });
});

/** A job as it stands in its message. */
function asMessage(job: string): string {
  const { uploadId, userId, number, source, acceptedAt } = JSON.parse(job);
  return JSON.stringify({ upload_id: uploadId, user_id: userId, number, source, accepted_at: acceptedAt });
}

describe('lines of a manifest', () => {
  test('the first line has a user, whichever is seen first; another line for another user may name the same file', async () => {
    const b = await newBatch();
    b.put('x.png', 0, secondsAgo(20));
    b.put('y.png', 1, secondsAgo(10));
    const other = await world.createUser(`o${process.pid}_${made}`.slice(-15));
    const line = (key: string, user: string, number: number) =>
      b.event(key, '05', { user, line: number, batch: b.batch });
    await line('y.png', b.user.screenName, 3);
    await line('x.png', b.user.email ?? '', 2);
    await line('x.png', other.screenName, 4);
    await b.work();
    expect((await b.seen()).report.sort()).toEqual(
      [
        `x.png | ${b.user.email} | published`,
        `x.png | ${other.screenName} | published`,
        `y.png | ${b.user.screenName} | refused | duplicate_user`,
      ].sort(),
    );
  });

  test('the same lines in a later manifest change nothing, whichever is seen first', async () => {
    const b = await newBatch();
    b.put('x.png', 0, secondsAgo(20));
    b.put('y.png', 1, secondsAgo(10));
    const lines = [
      { name: 'x.png', user: b.user.email ?? '', line: 2 },
      { name: 'y.png', user: b.user.screenName, line: 3 },
    ];
    for (const sequencer of ['05', '06']) {
      for (const { name, ...row } of lines) {
        await world.stores.batches.announce({ batch: b.batch, key: `imports/${b.batch}/${name}`, ...row, sequencer });
      }
      for (const { name, ...row } of [...lines].reverse()) await b.event(name, sequencer, row);
      await b.work();
      expect([sequencer, await b.seen()]).toMatchObject([sequencer, { shownFile: 'x.png', seq: 2 }]);
    }
  });

  test('a later manifest may give the same file another crop box', async () => {
    const b = await newBatch();
    b.put('x.png', 0, secondsAgo(20));
    const crop = (side: number) => ({ user: b.user.screenName, line: 2, crop: { x: 0, y: 0, side } });
    await b.event('x.png', '05', crop(40));
    await b.event('x.png', '06', crop(30));
    expect(await b.event('x.png', '06', crop(30))).toBe('unchanged');
    await b.work();
    expect((await world.stores.users.get(b.user.id))?.photo).toMatchObject({ widthPx: 30, number: 2 });
  });

  test('a row of the manifest before is not looked at any more', async () => {
    const b = await newBatch();
    const file = { batch: b.batch, key: 'manifests/x/f.png', user: b.user.screenName, line: 2 };
    expect(await world.stores.batches.announce({ ...file, sequencer: '06' })).toBe('announced');
    expect(await world.stores.batches.announce({ ...file, sequencer: '05' })).toBe('stale');
    expect(await world.stores.batches.announce({ ...file, sequencer: '06', line: 3 })).toBe('taken');
    expect(await importPhoto({ ...file, sequencer: '05' }, TERMS, b.stores)).toBe('stale');
    expect(rowId(file)).toBe(`manifests/x/f.png\n${b.user.screenName}`);
  });
});
