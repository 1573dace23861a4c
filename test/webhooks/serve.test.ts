import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { messageIdOf } from '../../lambdas/core/webhook.ts';
import { OVERLAP_MS } from '../../lambdas/core/webhook-secret.ts';
import { redeliver, runDue, tellWebhooks, testWebhook } from '../../lambdas/flow/serve-webhooks.ts';
import {
  addWebhook,
  disableWebhook,
  enableWebhook,
  removeWebhook,
  rotateWebhook,
} from '../../lambdas/flow/webhooks.ts';
import { type Receiver, receiver } from './receiver.ts';
import { eventOf, MINUTE_MS, RULES, TERMS, verified, webhookStores } from './webhook-stores.ts';

/** From an event to a receiver over real HTTP; what fails is kept in the real table. The test sets the clock. */
let world: Awaited<ReturnType<typeof webhookStores>>;
const apps: Receiver[] = [];
let number = 0;
beforeAll(async () => {
  world = await webhookStores();
}, 30_000);
afterAll(async () => {
  for (const app of apps) await app.close();
  await world?.end();
});

/** A receiver, and a webhook for it that is used nowhere else. */
async function newApp() {
  const app = await receiver();
  apps.push(app);
  const { id, secret } = await world.add(app.url);
  return { app, id, secret, end: () => removeWebhook(id, world.own) };
}

const tell = async () => {
  const event = eventOf(++number);
  await tellWebhooks(event, TERMS, world.stores);
  return event;
};
const waiting = (id: string) => world.stores.deliveries.due(id, Number.MAX_SAFE_INTEGER, 100);
const outcomes = (id: string) =>
  world.tried.filter(({ delivery }) => delivery.webhookId === id).map(({ outcome }) => outcome);

describe('an event', () => {
  test('is told at once, signed, with addresses; nothing is kept', async () => {
    const { app, id, secret, end } = await newApp();
    const event = await tell();
    const [message] = app.received;
    expect(app.received.length).toBe(1);
    if (message === undefined) throw new Error('nothing came');
    const photo = (size: string) => `https://photos.example.com/p/600x600/42_0123456789abcdef0123_${size}.jpg`;
    expect(verified(secret, message)).toEqual({
      type: 'photo.published',
      timestamp: '2026-11-30T08:00:00.000Z',
      data: {
        user_id: '42',
        number: event.number,
        upload_id: event.uploadId,
        version: '0123456789abcdef0123',
        format: 'jpeg',
        width_px: 600,
        height_px: 600,
        // By the sizes of both dialects; 1024 is more than the photo has.
        urls: Object.fromEntries(
          ['original', '24', '32', '48', '72', '73', '192', '400', '512', '600'].map((size) => [size, photo(size)]),
        ),
        photo_url: 'https://photos.example.com/v1/users/42/photo',
        status_url: `https://photos.example.com/v1/uploads/${event.uploadId}`,
      },
    });
    expect(message.headers['webhook-id']).toBe(messageIdOf(event));
    expect(Buffer.byteLength(message.body)).toBeLessThan(20_000);
    expect(await waiting(id)).toEqual([]);
    expect((await world.get(id)).health).toEqual({ failures: 0, isSlow: false });
    await end();
  });

  test('that is told twice has the same webhook-id, and another event another', async () => {
    const { app, end } = await newApp();
    const event = eventOf(++number);
    await tellWebhooks(event, TERMS, world.stores);
    await tellWebhooks({ ...event, at: '2026-11-30T09:00:00.000Z' }, TERMS, world.stores);
    await tell();
    const ids = app.received.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(2);
    await end();
  });

  test('that a webhook did not ask for passes it by', async () => {
    const { app, end } = await newApp();
    await tellWebhooks({ ...eventOf(++number), type: 'user.erased' }, TERMS, world.stores);
    expect(app.received).toEqual([]);
    await end();
  });
});

describe('a receiver that', () => {
  test.each([
    ['answers 500', '500', (response) => response.writeHead(500).end()],
    ['redirects', '302', (response) => response.writeHead(302, { location: '/other' }).end()],
    ['closes', 'no-answer', (response) => response.destroy()],
    ['answers 404 with 10 MB', '404', (response) => response.writeHead(404).end(Buffer.alloc(10_000_000))],
  ] satisfies [string, string, Parameters<Receiver['answerWith']>[0]][])(
    '%s is tried again in half a minute or so, with the same id and bytes',
    async (_name, outcome, answer) => {
      const { app, id, secret, end } = await newApp();
      app.answerWith(answer);
      await tell();
      expect(outcomes(id)).toEqual([outcome]);
      const [kept] = await waiting(id);
      expect(kept).toMatchObject({ tries: 1, firstMs: world.now() });
      // 30 seconds, a fifth to either side.
      expect((kept?.dueMs ?? 0) - world.now()).toBeGreaterThanOrEqual(24_000);
      expect((kept?.dueMs ?? 0) - world.now()).toBeLessThanOrEqual(36_000);
      app.answerWith((response) => response.writeHead(200).end());
      world.pass(MINUTE_MS);
      expect(await runDue(world.stores)).toBe(true);
      const [first, second] = app.received;
      expect(second?.body).toBe(first?.body);
      expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
      if (second) verified(secret, second);
      expect([app.received.length, await waiting(id), (await world.get(id)).health.failures]).toEqual([2, [], 0]);
      await end();
    },
  );

  test('asks for a later time is given it, and is sent nothing meanwhile', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    await tell();
    app.answerWith((response) => response.writeHead(200).end());
    await tell();
    world.pass(59 * MINUTE_MS);
    await runDue(world.stores);
    expect(app.received.length).toBe(1);
    expect((await waiting(id)).length).toBe(2);
    world.pass(2 * MINUTE_MS);
    await runDue(world.stores);
    expect([app.received.length, await waiting(id)]).toEqual([3, []]);
    await end();
  });

  test('is gone (410) is never sent to again; what it did not take is a dead letter', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(410).end());
    const event = await tell();
    await tell();
    expect(app.received.length).toBe(1);
    expect((await world.get(id)).disabledBecause).toBe('gone');
    expect(world.disabled).toContainEqual({ webhookId: id, because: 'gone' });
    expect(await world.dead()).toEqual([
      {
        kind: 'delivery',
        outcome: '410',
        delivery: expect.objectContaining({ webhookId: id, messageId: messageIdOf(event), tries: 1 }),
      },
    ]);
    await end();
  });

  test('takes nothing for a day: ten tries, further and further apart, then a dead letter that can be sent again', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(503).end());
    const startMs = world.now();
    const event = await tell();
    const triedAt = [0];
    for (let runs = 0; runs < 100; runs += 1) {
      const [kept] = await waiting(id);
      if (kept === undefined) break;
      // The runs of the minutes until then find nothing to do.
      const { restsUntilMs = 0 } = (await world.get(id)).health;
      const nextMs = Math.max(kept.dueMs, restsUntilMs, world.now() + MINUTE_MS);
      world.pass(Math.ceil((nextMs - world.now()) / MINUTE_MS) * MINUTE_MS);
      const before = app.received.length;
      await runDue(world.stores);
      if (app.received.length > before) triedAt.push((world.now() - startMs) / MINUTE_MS);
    }
    const gaps = triedAt.slice(1).map((at, index) => at - (triedAt[index] ?? 0));
    // Waits of 0.5, 2, 10, 30, 60, 120, 240, 480 and 480 minutes, a fifth to either side, plus the next minute's run,
    // or a rest of 18.
    const most = [0.5, 2, 10, 30, 60, 120, 240, 480, 480].map((wait) => wait * 1.2 + 19);
    const least = [0.5, 2, 10, 30, 60, 120, 240, 480, 480].map((wait) => wait * 0.8);
    expect(gaps.length).toBeLessThanOrEqual(9);
    expect(gaps.length).toBeGreaterThanOrEqual(8);
    gaps.forEach((gap, index) => {
      expect([index, gap >= (least[index] ?? 0), gap <= (most[index] ?? 0)]).toEqual([index, true, true]);
    });
    expect((triedAt.at(-1) ?? 0) / 60).toBeGreaterThan(15);
    expect((triedAt.at(-1) ?? 0) / 60).toBeLessThan(30);
    expect(new Set(app.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    const [letter, ...others] = await world.dead();
    expect(others).toEqual([]);
    if (letter?.kind !== 'delivery') throw new Error('no dead letter');
    expect(letter).toMatchObject({
      outcome: '503',
      delivery: { messageId: messageIdOf(event), tries: app.received.length },
    });

    app.answerWith((response) => response.writeHead(200).end());
    expect(await redeliver(letter.delivery, world.stores)).toBe(true);
    world.pass(20 * MINUTE_MS);
    await runDue(world.stores);
    expect(app.received.at(-1)?.headers['webhook-id']).toBe(messageIdOf(event));
    expect(await waiting(id)).toEqual([]);
    await end();
    expect(await redeliver(letter.delivery, world.stores)).toBe(false);
  }, 60_000);

  test('fails for five days is disabled; what waits is given up', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(500).end());
    await tell();
    for (let hours = 6; hours <= 5 * 24 + 6; hours += 6) {
      world.pass(6 * 60 * MINUTE_MS);
      await tell();
      await runDue(world.stores);
      const isDisabled = (await world.get(id)).disabledBecause !== undefined;
      expect([hours, isDisabled]).toEqual([hours, hours >= 5 * 24]);
      if (isDisabled) break;
    }
    expect(world.disabled).toContainEqual({ webhookId: id, because: 'failing' });
    world.pass(26 * 60 * MINUTE_MS);
    await runDue(world.stores);
    expect(await waiting(id)).toEqual([]);
    const told = world.tried
      .filter(({ delivery }) => delivery.webhookId === id)
      .map(({ delivery }) => delivery.messageId);
    const letters = (await world.dead()).map((one) => (one.kind === 'delivery' ? one.delivery.messageId : ''));
    expect(letters.length).toBe(new Set(letters).size);
    expect(told.every((one) => letters.includes(one))).toBe(true);

    app.answerWith((response) => response.writeHead(200).end());
    await enableWebhook(id, world.own);
    await tell();
    expect((await world.get(id)).health).toEqual({ failures: 0, isSlow: false });
    await end();
  }, 60_000);
});

describe('nothing is lost', () => {
  test('when it ends between keeping a try and forgetting the one before: it comes twice, with one id', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(500).end());
    await tell();
    world.pass(MINUTE_MS);
    const remove = async () => {
      throw new Error('the function was killed');
    };
    const dying = { ...world.stores, deliveries: { ...world.stores.deliveries, remove } };
    await expect(runDue(dying)).rejects.toThrow('killed');
    expect((await waiting(id)).length).toBe(2);
    app.answerWith((response) => response.writeHead(200).end());
    world.pass(20 * MINUTE_MS);
    await runDue(world.stores);
    expect(new Set(app.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await waiting(id)).toEqual([]);
    await end();
  });

  test('when two runs come at once: one of them does the work, and the next minute’s finds the place free', async () => {
    const { app, id, end } = await newApp();
    app.answerWith((response) => response.writeHead(500).end());
    for (let count = 0; count < 2; count += 1) await tell();
    app.answerWith((response) => response.writeHead(200).end());
    world.pass(MINUTE_MS);
    expect((await Promise.all([runDue(world.stores), runDue(world.stores)])).sort()).toEqual([false, true]);
    expect([app.received.length, await waiting(id)]).toEqual([4, []]);
    expect(await runDue(world.stores)).toBe(true);
    await end();
  });

  test('when a run dies: its place is free after a minute or so', async () => {
    const { end } = await newApp();
    await world.stores.deliveries.beginRun(world.now(), world.now() + 65_000);
    expect(await runDue(world.stores)).toBe(false);
    world.pass(66_000);
    expect(await runDue(world.stores)).toBe(true);
    await end();
  });
});

describe('secrets', () => {
  test('two are valid while one is rotated, for a day', async () => {
    const { app, id, secret, end } = await newApp();
    const rotated = await rotateWebhook(id, world.own);
    if (!rotated.ok) throw new Error(rotated.refusal.code);
    expect(rotated.value.secret).not.toBe(secret);
    await tell();
    const [both] = app.received;
    if (both === undefined) throw new Error('nothing came');
    expect(() => verified(secret, both)).not.toThrow();
    expect(() => verified(rotated.value.secret, both)).not.toThrow();
    world.pass(OVERLAP_MS + 1);
    await tell();
    const [, one] = app.received;
    if (one === undefined) throw new Error('nothing came');
    expect(() => verified(secret, one)).toThrow();
    expect(() => verified(rotated.value.secret, one)).not.toThrow();
    await end();
  });

  test('a webhook that is removed and added again has another one', async () => {
    const { app, secret, end } = await newApp();
    await end();
    world.pass(1);
    const again = await world.add(app.url);
    expect(again.secret).not.toBe(secret);
    await removeWebhook(again.id, world.own);
  });

  test('outlive a rotation of the master secret until its old version ends; then the webhook is disabled, and says why', async () => {
    const { app, id, secret, end } = await newApp();
    world.setMasters(['master-two', 'master-one']);
    await tell();
    const [message] = app.received;
    if (message) verified(secret, message);
    expect(message).toBeDefined();
    world.setMasters(['master-two']);
    await tell();
    expect([app.received.length, (await world.get(id)).disabledBecause]).toEqual([1, 'secret-gone']);
    const rotated = await rotateWebhook(id, world.own);
    await enableWebhook(id, world.own);
    await tell();
    const [, next] = app.received;
    if (next && rotated.ok) verified(rotated.value.secret, next);
    expect(next).toBeDefined();
    await end();
    world.setMasters(['master-one']);
    await world.dead();
  });
});

describe('an operator', () => {
  test('tests a webhook: the outcome is kept, and counts neither way', async () => {
    const { app, id, secret, end } = await newApp();
    app.answerWith((response) => response.writeHead(418).end());
    const testId = '6f0d2f63-6f0b-4f6e-8a38-3a4c2d6c0a11';
    await testWebhook(id, testId, world.stores);
    expect(await world.stores.webhooks.test(testId)).toMatchObject({ webhookId: id, ended: { outcome: '418' } });
    const [message] = app.received;
    expect(message && verified(secret, message)).toMatchObject({ type: 'webhook.test', data: { webhook_id: id } });
    expect((await world.get(id)).health.failures).toBe(0);
    await end();
  });

  test('disables, enables and removes one', async () => {
    const { app, id, end } = await newApp();
    await disableWebhook(id, world.own);
    await tell();
    expect(app.received).toEqual([]);
    await enableWebhook(id, world.own);
    app.answerWith((response) => response.writeHead(500).end());
    await tell();
    expect(await end()).toBe(1);
    expect([await waiting(id), await world.stores.webhooks.get(id)]).toEqual([[], undefined]);
    expect(await removeWebhook(id, world.own)).toBe(undefined);
  });

  test('adds an address once, twenty at the most, and none that is not to be sent to', async () => {
    const add = (url: string) => addWebhook({ url, events: ['photo.deleted'] }, RULES, world.own);
    expect(await add('http://10.0.0.1/')).toEqual({ ok: false, refusal: { code: 'bad-url', problem: 'not-https' } });
    const added = await add('https://app.example.com/');
    const id = added.ok ? added.value.webhook.id : '';
    expect(await add('HTTPS://APP.example.com')).toEqual({ ok: false, refusal: { code: 'url-taken', id } });
    const others = await Promise.all([...Array(19).keys()].map((count) => add(`https://app.example.com/${count}`)));
    expect(others.every(({ ok }) => ok)).toBe(true);
    expect(await add('https://app.example.com/more')).toEqual({
      ok: false,
      refusal: { code: 'too-many-webhooks', max: 20 },
    });
    for (const one of await world.stores.webhooks.list()) await removeWebhook(one.id, world.own);
  });
});
