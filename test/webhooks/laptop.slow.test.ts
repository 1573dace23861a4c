import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { rawKey } from '../../lambdas/core/object-keys.ts';
import { requestErase } from '../../lambdas/flow/erase.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { sweepQueue } from '../../lambdas/store/sweep-queue.ts';
import { projectAssembly } from '../../local/kept-assembly.ts';
import { headshotHere } from '../headshot-here.ts';
import { GREEN, png, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, testWorld, type World } from '../world.ts';
import { type Receiver, receiver } from './receiver.ts';
import { verified } from './webhook-stores.ts';

/**
 * A laptop run with webhooks, in an account of twelve places: the command, the function, its queue and its schedule, as
 * deployed.
 */
const assembly = mkdtempSync(join(tmpdir(), 'headshot-hooks-'));
jest.setTimeout(120_000);

let world: World;
let app: Receiver;
let secret: string;

beforeAll(async () => {
  await projectAssembly(assembly, { webhooks: 'true', accountConcurrency: '12' });
  world = await testWorld({ assemblyDir: assembly, concurrency: 12 });
  app = await receiver();
}, 120_000);
afterAll(async () => {
  await app?.close();
  await world?.end();
  rmSync(assembly, { recursive: true, force: true });
});

const headshot = (...words: string[]) => headshotHere(words, { HEADSHOT_DATA: world.laptop.dataDir });
const json = async (...args: string[]) => JSON.parse((await headshot('webhooks', ...args, '--json')).out);
const send = (body: object) =>
  sqsClient().send(
    new SendMessageCommand({
      QueueUrl: world.laptop.running.outputs.QueueHooks ?? '',
      MessageBody: JSON.stringify(body),
    }),
  );
const came = (type: string, userId: string) =>
  eventually(
    async () =>
      app.received.find(({ body }) => JSON.parse(body).type === type && JSON.parse(body).data.user_id === userId),
    (found) => found !== undefined,
  );
const setGreen = async (token: string) =>
  (await setPhoto(world.url, token, await png({ picture: solid(600, 600, GREEN) }))).body;

describe('headshot webhooks', () => {
  test('create prints a secret once; list does not; a second one of the address is refused', async () => {
    const added = await json('add', app.url);
    expect(added).toMatchObject({
      url: app.url,
      state: 'enabled',
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    secret = added.secret;
    const [listed] = await json('list');
    expect(listed).toMatchObject({ id: added.id, waiting: 0 });
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    expect(await headshot('webhooks', 'create', app.url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('already'),
    });
    expect(await headshot('webhooks', 'create', 'http://10.0.0.1/')).toMatchObject({
      code: 1,
      err: expect.stringContaining('https://'),
    });
    expect(await headshot('webhooks', 'create', app.url, '--events', 'photo.lost')).toMatchObject({ code: 2 });
  });

  test('test says how one message ended, and exits 1 when it is not taken', async () => {
    expect(await headshot('webhooks', 'test', app.url)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/204 in \d+ ms/),
    });
    app.answerWith((response) => response.writeHead(404).end());
    expect(await headshot('webhooks', 'test', app.url)).toMatchObject({ code: 1, out: expect.stringContaining('404') });
    app.answerWith((response) => response.writeHead(200).end());
    const [tested] = app.received;
    expect(tested && verified(secret, tested)).toMatchObject({ type: 'webhook.test' });
  });
});

describe('an app hears of', () => {
  test('a photo that is set, by addresses that work, and of its deletion and its owner’s erasure, in the order of their numbers', async () => {
    const { id, token } = await world.newUser();
    expect(await setGreen(token)).toMatchObject({ ok: true });
    const published = await came('photo.published', id);
    const { data } = (published && verified(secret, published)) as {
      data: { number: number; urls: Record<string, string> };
    };
    for (const size of ['original', '48', '600']) {
      const picture = await fetch(data.urls[size] ?? '');
      expect([size, picture.status, picture.headers.get('content-type')]).toEqual([size, 200, 'image/png']);
    }
    await fetch(`${world.url}/v1/photo`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    const deleted = await came('photo.deleted', id);
    await requestErase(id, {
      ...world.stores,
      sweeps: sweepQueue(sqsClient(), world.laptop.running.outputs.QueueSweeps ?? ''),
    });
    const erased = await came('user.erased', id);
    const numbers = [published, deleted, erased].map((one) => JSON.parse(one?.body ?? '{}').data?.number);
    expect(numbers).toEqual([1, 2, 3]);
    // Nothing that names a person.
    expect(erased?.body).not.toMatch(/@|user_name|screen/);
  });

  test.each([
    ['upload.refused', Buffer.from('no picture'), 'not-an-image'],
    ['upload.failed', undefined, 'raw-gone'],
  ])('%s: an acknowledged upload that is not shown after all', async (type, raw, reason) => {
    const { id } = await world.newUser();
    const uploadId = randomUUID();
    const acceptedAt = new Date().toISOString();
    const number = (await world.stores.users.takeNumber(id, acceptedAt)) ?? 0;
    if (raw) await world.stores.raw.put(rawKey(id, uploadId), raw);
    await world.stores.uploads.add(
      { id: uploadId, userId: id, number, source: 'slack', state: 'queued', acceptedAt },
      15,
    );
    await world.stores.jobs.send({ uploadId, userId: id, number, source: 'slack', acceptedAt });
    const told = await came(type, id);
    const { data } = (told && verified(secret, told)) as { data: object };
    const row = await world.stores.uploads.get(uploadId);
    expect(row?.state).toBe(type.replace('upload.', ''));
    expect(data).toMatchObject({ upload_id: uploadId, number, reason: row?.reason });
    if (raw === undefined) expect(row?.reason).toBe(reason);
  });
});

test('what is given up is a dead letter that says why, and can be sent again', async () => {
  app.answerWith((response) => response.writeHead(410).end());
  const { id, token } = await world.newUser();
  await setGreen(token);
  const letters = await eventually(
    async () =>
      JSON.parse((await headshot('dlq', 'list', '--queue', 'hooks', '--json')).out) as {
        message_id: string;
        why: string;
      }[],
    (found) => found.length > 0,
    20_000,
  );
  expect(letters.map(({ why }) => why)).toEqual([
    expect.stringMatching(
      /^photo\.published to wh_[0-9a-f]{20}: 1 try, then 410; the webhook is disabled \(gone\): enable it/,
    ),
  ]);
  expect((await json('list'))[0]).toMatchObject({ state: 'disabled: gone' });
  app.answerWith((response) => response.writeHead(200).end());
  await headshot('webhooks', 'enable', app.url);
  const before = app.received.length;
  await headshot('dlq', 'redrive', '--all', '--queue', 'hooks');
  await eventually(
    async () => (await json('list'))[0].waiting,
    (waiting) => waiting === 1,
  );
  await send({ kind: 'run' });
  await eventually(
    async () => app.received.length,
    (count) => count > before,
  );
  expect(JSON.parse(app.received.at(-1)?.body ?? '').data.user_id).toBe(id);
});

test('a receiver that hangs delays no other: the other hears of 20 events, none of which waits for it', async () => {
  const hanging = await receiver();
  hanging.answerWith(() => undefined);
  const good = await receiver();
  await json('create', hanging.url);
  await json('create', good.url);
  const users = await Promise.all([...Array(20).keys()].map(() => world.newUser()));
  // Until it is known as slow, each of the queue's two places may wait ten seconds for it, once.
  await setGreen(users[0]?.token ?? '');
  await eventually(
    async () => good.received.length,
    (count) => count >= 1,
  );
  await eventually(
    async () =>
      ((await json('list')) as { url: string; state: string }[]).find(({ url }) => url === hanging.url)?.state,
    (state) => state === 'failing',
    20_000,
  );
  const before = hanging.received.length;
  expect(before).toBeLessThanOrEqual(2);
  for (const { id } of users.slice(1)) {
    await world.stores.events.publish({ type: 'photo.deleted', userId: id, number: 7 });
  }
  await eventually(
    async () => good.received.length,
    (count) => count >= 20,
    30_000,
  );
  expect(good.received.length).toBe(20);
  // Nineteen events did not wait for it. A minute's run may have tried it once more.
  expect(hanging.received.length - before).toBeLessThanOrEqual(1);
  const waiting = ((await json('list')) as { url: string; waiting: number }[]).find(
    ({ url }) => url === hanging.url,
  )?.waiting;
  expect(waiting).toBe(20);
  expect(await headshot('webhooks', 'test', hanging.url)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/: timed-out in 10\d{3} ms/),
  });
  for (const { url } of [hanging, good]) await headshot('webhooks', 'delete', url);
  await hanging.close();
  await good.close();
});

test('a rotation of the master secret goes on signing, and is not ended while a webhook is signed by the old version', async () => {
  // An event that is tried again may come in between, with the signature of when it was read.
  const lastTest = () => app.received.findLast(({ body }) => String(body).includes('webhook.test'));
  expect(await headshot('secrets', 'rotate')).toMatchObject({ code: 0 });
  const status = async () => JSON.parse((await headshot('secrets', 'status', '--json')).out).webhooks_on_previous;
  expect(await status()).toEqual([expect.objectContaining({ url: app.url })]);
  expect(await headshot('webhooks', 'test', app.url)).toMatchObject({ code: 0 });
  const tested = lastTest();
  expect(tested && verified(secret, tested)).toMatchObject({ type: 'webhook.test' });
  expect(await headshot('secrets', 'finish')).toMatchObject({
    code: 1,
    err: expect.stringContaining('webhooks that would get nothing more: 1;'),
  });
  const rotated = await json('rotate', app.url);
  expect(await status()).toEqual([]);
  expect(await headshot('webhooks', 'test', app.url)).toMatchObject({ code: 0 });
  const again = lastTest();
  for (const one of [secret, rotated.secret])
    expect(again && verified(one, again)).toMatchObject({ type: 'webhook.test' });
});

test('no secret and no address of a webhook is in a log line', async () => {
  const address = `${app.url}T0/secret-part-of-the-path`;
  const added = await json('create', address);
  expect(await headshot('webhooks', 'test', address)).toMatchObject({ code: 0 });
  await headshot('webhooks', 'rotate', added.id);
  const logs = readdirSync(join(world.laptop.dataDir, 'logs'));
  const text = logs.map((name) => readFileSync(join(world.laptop.dataDir, 'logs', name), 'utf8')).join('\n');
  expect(text).toContain(added.id);
  expect(text).toContain('webhook tried');
  for (const hidden of ['whsec_', 'secret-part-of-the-path', added.secret.slice(6), app.url, 'v1,']) {
    expect([hidden, text.includes(hidden)]).toEqual([hidden, false]);
  }
});
