import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Job, versionOf } from '../../lambdas/core/change.ts';
import { versionPrefix } from '../../lambdas/core/names.ts';
import { WHOLE_OFFER } from '../../lambdas/core/offer.ts';
import { POLICIES } from '../../lambdas/core/policy.ts';
import { accept } from '../../lambdas/flow/accept.ts';
import { process as processJob } from '../../lambdas/flow/process.ts';
import { remove } from '../../lambdas/flow/remove.ts';
import { undo } from '../../lambdas/flow/undo.ts';
import { sqsClient } from '../../lambdas/store/clients.ts';
import { jobQueue } from '../../lambdas/store/jobs.ts';
import { png, RED, solid } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';

/**
 * Random histories of uploads, deliveries (late, twice, out of order), deletes and undos, in which any call of a store may
 * fail before it has an effect or after it. At the end everything is delivered once more without faults; then a small model
 * says what must be shown, and what may be stored.
 */
const WISHES = { letterboxColour: '#000000', offer: WHOLE_OFFER };

let world: World;
let stores: World['stores'];
let file: Buffer;

beforeAll(async () => {
  world = await testWorld();
  stores = { ...world.stores, jobs: jobQueue(sqsClient(), world.laptop.running.outputs.QueueIntake ?? '') };
  file = await png({ picture: solid(512, 512, RED) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

type Step =
  | { do: 'upload' | 'delete' | 'undo'; fault: Fault }
  /** Delivers one of the jobs that were sent; `pick` is taken modulo their number. */
  | { do: 'deliver'; pick: number; fault: Fault };

/** The `at`-th call of a store fails: before its effect, or after it, as when an answer is lost. */
interface Fault {
  at: number;
  when: 'before' | 'after';
}

const fault = fc.record({
  at: fc.integer({ min: 0, max: 24 }),
  when: fc.constantFrom('before' as const, 'after' as const),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('upload' as const), fault }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('deliver' as const), pick: fc.nat(99), fault }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undo' as const), fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), fault }) },
);

class Injected extends Error {}

/** The stores with one call that fails. */
function failing({ at, when }: Fault): World['stores'] {
  let calls = 0;
  const wrap = (store: object): object =>
    Object.fromEntries(
      Object.entries(store).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
        name,
        async (...given: unknown[]) => {
          const isIt = calls++ === at;
          if (isIt && when === 'before') throw new Injected(`before ${name}`);
          const done = await call.apply(store, given);
          if (isIt) throw new Injected(`after ${name}`);
          return done;
        },
      ]),
    );
  return Object.fromEntries(Object.entries(stores).map(([name, store]) => [name, wrap(store)])) as World['stores'];
}

const orInjected = async <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error) => {
    // After the first write a fault comes as PartlyDone, with what happened as its cause.
    if (!(error instanceof Injected || error.cause instanceof Injected)) throw error;
    return undefined;
  });

/** Runs a history. Gives the jobs whose upload was acknowledged, and how the last deliveries ended. */
async function run(userId: string, history: Step[]): Promise<{ acknowledged: Job[]; ends: string[] }> {
  const sent: Job[] = [];
  const acknowledged: Job[] = [];
  for (const taken of history) {
    const faulty = failing(taken.fault);
    const at = new Date().toISOString();
    if (taken.do === 'upload') {
      const uploadId = randomUUID();
      // The queue is what makes a job: once it is sent it may be delivered, acknowledged or not.
      const jobs = { send: async (job: Job) => void sent.push(await stores.jobs.send(job).then(() => job)) };
      const policy = POLICIES.slack;
      const asked = {
        uploadId,
        userId,
        door: 'slack',
        policy,
        bytes: file,
        acceptedAt: at,
        retentionDays: 15,
      } as const;
      const done = await orInjected(accept(asked, { ...faulty, jobs }));
      const job = sent.find((one) => one.uploadId === uploadId);
      if (done?.ok && job !== undefined) acknowledged.push(job);
    }
    const job = taken.do === 'deliver' ? sent[taken.pick % Math.max(1, sent.length)] : undefined;
    if (job !== undefined) await orInjected(processJob(job, WISHES, faulty));
    if (taken.do === 'delete') await orInjected(remove(userId, at, faulty));
    if (taken.do === 'undo') await orInjected(undo(userId, at, faulty));
  }
  // What was not done is delivered again, as SQS does, in an order of its own; some of it twice.
  const ends: string[] = [];
  for (const job of [...sent.toReversed(), ...sent]) ends.push((await processJob(job, WISHES, stores)).state);
  return { acknowledged, ends };
}

test('100 random histories', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (history) => {
      const { id } = await world.newUser();
      const { acknowledged, ends } = await run(id, history);
      const user = await stores.users.get(id);
      if (user === undefined) throw new Error('the user is gone');

      // Every acknowledged change has ended; none is left queued, none has failed.
      for (const job of acknowledged) {
        const row = await stores.uploads.get(job.uploadId);
        expect(['published', 'superseded']).toContain(row?.state);
        // Superseded means that a later change is shown.
        if (row?.state === 'superseded') expect(user.shown).toBeGreaterThan(job.number);
      }
      // Counters: what is shown was given out, and without a later delete or undo it is the last acknowledged upload.
      expect(user.shown).toBeLessThanOrEqual(user.seq);
      const last = acknowledged.at(-1);
      const onlyUploads = history.every((taken) => taken.do === 'upload' || taken.do === 'deliver');
      if (last !== undefined && onlyUploads) {
        expect(user.shown).toBeGreaterThanOrEqual(last.number);
        if (user.shown === last.number) expect(user.photo?.version).toBe(versionOf(last.uploadId));
      }
      // No record points at a missing object, and no object is left that nothing names. What was evicted is gone, too, once a
      // photo has been published without a fault.
      const named = [user.photo, ...user.history].flatMap((photo) => (photo ? [photo.version] : []));
      const keys = await world.keysOf('BucketPhotos', `${id}/`);
      const stored = [...new Set(keys.map((key) => key.split('/')[1] ?? ''))];
      if (ends.includes('published')) expect(user.evicted).toEqual([]);
      expect(stored.filter((version) => !named.includes(version) && !user.evicted.includes(version))).toEqual([]);
      // A photo of 512 by 512 has eight squares.
      for (const version of named)
        expect(keys.filter((key) => key.startsWith(versionPrefix(id, version)))).toHaveLength(8);
    }),
    { numRuns: 100, seed: 20261122, endOnFailure: false },
  );
}, 120_000);
