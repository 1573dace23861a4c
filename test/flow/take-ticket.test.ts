import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newTicket, type Ticket, ticketAt } from '../../lambdas/core/ticket.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { type TakeStores, takeTicket } from '../../lambdas/flow/take-ticket.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import type { ImportObject } from '../../lambdas/store/import-files.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { sharedWorld, type World } from '../world.ts';

/**
 * Files by ticket whose events come in any order, on the real stores. The test keeps the files, so that their times,
 * and when each is read, are its own to decide. It keeps the jobs, too.
 */
const TERMS = { policy: UPLOAD_POLICIES.v1, retentionDays: 15 };
let world: World;
let red: Buffer;
let green: Buffer;
const broken = Buffer.from('no picture');

beforeAll(async () => {
  world = await sharedWorld();
  red = await png({ picture: solid(40, 40, RED) });
  green = await png({ picture: solid(40, 40, GREEN) });
}, 60_000);
afterAll(() => world?.end(), 30_000);

async function newUse(over: Partial<Ticket> = {}) {
  const user = await world.newUser();
  const file = { id: randomUUID(), userId: user.id, mediaType: 'image/png', bytes: 10_000 };
  const ticket = { ...newTicket(file, Date.now()), ...over };
  await world.stores.tickets.add(ticket, 15);
  const key = `direct/${user.id}/${ticket.id}`;
  const jobs: unknown[] = [];
  let object: (ImportObject & { content: Buffer }) | undefined;
  const stores: TakeStores = {
    ...world.stores,
    jobs: { ...jobQueue(sqsClient(), ''), send: async (job) => void jobs.push(job) },
    files: {
      get: async (_key, maxBytes, etag) => {
        if (object === undefined || (etag !== undefined && object.etag !== etag)) return undefined;
        const { content, ...found } = object;
        return found.bytes > maxBytes ? found : { ...found, content };
      },
      remove: async () => {
        object = undefined;
      },
    },
  };
  return {
    user,
    ticket,
    jobs,
    stores,
    put(content: Buffer, etag: string, lastModified = new Date().toISOString()) {
      object = { content, etag, lastModified, bytes: content.length };
    },
    tell: (etag: string, with_: Partial<TakeStores> = {}) => takeTicket({ key, etag }, TERMS, { ...stores, ...with_ }),
    isLeft: () => object !== undefined,
    row: () => world.stores.uploads.find(ticket.id),
  };
}

/** While the first file is read, another is put and told of, and has this outcome; the first comes too late. */
async function overtaken(one: Awaited<ReturnType<typeof newUse>>, other: Buffer, outcome: string): Promise<void> {
  const { files } = one.stores;
  const get: typeof files.get = async (...args) => {
    const found = await files.get(...args);
    one.put(other, 'b');
    expect(await one.tell('b')).toMatchObject({ outcome });
    return found;
  };
  expect(await one.tell('a', { files: { ...files, get } })).toEqual({ outcome: 'later' });
}

test('what S3 tells twice is one upload, with one number', async () => {
  const one = await newUse();
  one.put(red, 'a');
  expect(await one.tell('a')).toEqual({ outcome: 'queued' });
  expect(await one.tell('a')).toEqual({ outcome: 'later' });
  expect((await world.stores.users.get(one.user.id))?.seq).toBe(1);
  // The second sent the job again, in case whoever put the row had died before. A job may come twice.
  expect(one.jobs).toEqual([one.jobs[0], one.jobs[0]]);
});

test('of two files, the one that has the place is read: what S3 tells of the other changes nothing, and removes nothing', async () => {
  const one = await newUse();
  one.put(red, 'a');
  one.put(green, 'b');
  expect(await one.tell('a')).toEqual({ outcome: 'gone' });
  expect(one.isLeft()).toBe(true);
  expect(await one.tell('b')).toEqual({ outcome: 'queued' });
  expect(one.isLeft()).toBe(false);
});

test('two files that are taken in at once: the first row says which it is, and the other leaves no raw file', async () => {
  const one = await newUse();
  one.put(red, 'a');
  await overtaken(one, green, 'queued');
  const row = await one.row();
  expect(row).toMatchObject({ state: 'queued', number: 1 });
  const { raw } = await world.traces(one.user.id);
  expect(raw).toEqual([expect.stringContaining(one.ticket.id)]);
});

test('a file that is refused after another was taken says nothing of that one', async () => {
  const one = await newUse();
  one.put(broken, 'a');
  await overtaken(one, red, 'queued');
  expect(await one.row()).toMatchObject({ state: 'queued' });
});

test('a file that is taken after another was refused changes nothing, and leaves nothing', async () => {
  const one = await newUse();
  one.put(red, 'a');
  await overtaken(one, broken, 'refused');
  expect(await one.row()).toMatchObject({ state: 'refused', refusal: { code: 'unknown-format' } });
  expect((await world.traces(one.user.id)).raw).toEqual([]);
  expect(one.jobs).toEqual([]);
});

test('a file that came in time is taken however late S3 tells of it; one that did not is removed', async () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const one = await newUse({ expiresAt: minutesAgo(120) });
  expect(ticketAt(one.ticket, new Date().toISOString()).state).toBe('expired');
  // Slow senders: fourteen minutes after the ticket's end, and sixteen.
  one.put(red, 'a', minutesAgo(104));
  expect(await one.tell('a')).toEqual({ outcome: 'late' });
  expect([one.isLeft(), (await one.row())?.state]).toEqual([false, 'waiting']);
  one.put(red, 'a', minutesAgo(106));
  expect(await one.tell('a')).toEqual({ outcome: 'queued' });
});

test('a waiting ticket is told as such for its ten minutes and the time that a file may be on its way', () => {
  const ticket = newTicket({ id: randomUUID(), userId: '1', mediaType: 'image/png', bytes: 1 }, 0);
  expect(ticket).toMatchObject({ issuedAt: '1970-01-01T00:00:00.000Z', expiresAt: '1970-01-01T00:10:00.000Z' });
  expect(ticketAt(ticket, '1970-01-01T00:25:00.000Z').state).toBe('waiting');
  expect(ticketAt(ticket, '1970-01-01T00:25:00.001Z').state).toBe('expired');
});

test('a locked photo is changed by the ticket of an administrator, and by nobody else', async () => {
  for (const [over, outcome] of [
    [{}, 'refused'],
    [{ isAdministrators: true }, 'queued'],
  ] as const) {
    const one = await newUse(over);
    await world.stores.users.change(one.user.id, { photoLock: 'Badge photo' });
    one.put(red, 'a');
    expect(await one.tell('a')).toMatchObject({ outcome });
  }
});

test('whoever is deactivated meanwhile is refused', async () => {
  const one = await newUse();
  await world.stores.users.setState(one.user.id, 'deactivated');
  one.put(red, 'a');
  expect(await one.tell('a')).toEqual({ outcome: 'refused', refusal: { code: 'inactive-user' } });
  expect((await world.traces(one.user.id)).raw).toEqual([]);
});
