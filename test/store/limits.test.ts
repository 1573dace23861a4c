import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sharedWorld, type World } from '../world.ts';

/** The limits table when many ask at once. Times are given, so nothing here waits. */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

/** Slack's tier 2: 20 at once, one more every 3 seconds. */
const BURST = 20;
const EVERY_MS = 3_000;
const START_MS = 1_800_000_000_000;

const bucket = () => {
  const key = randomUUID();
  const take = (atMs: number) => world.stores.limits.takeFromBucket(key, BURST, EVERY_MS, START_MS + atMs);
  const takeMany = async (count: number, atMs: number) => {
    let taken = 0;
    for (let turn = 0; turn < count; turn++) if (await take(atMs)) taken++;
    return taken;
  };
  return { take, takeMany };
};

describe('a bucket of 20 that gets one more every 3 s', () => {
  test('gives 20 at once, and no more', async () => {
    expect(await bucket().takeMany(25, 0)).toBe(20);
  });

  test('then one every 3 s, to the millisecond', async () => {
    const { take, takeMany } = bucket();
    await takeMany(20, 0);
    expect(await take(2_999)).toBe(false);
    expect(await take(3_000)).toBe(true);
    expect(await take(3_000)).toBe(false);
    // 10 s later: 3 more, at 6, 9 and 12 s.
    expect(await takeMany(5, 13_000)).toBe(3);
  });

  test('is full again after a minute, and never fuller', async () => {
    const { takeMany } = bucket();
    await takeMany(20, 0);
    expect(await takeMany(25, 60_000)).toBe(20);
    expect(await takeMany(25, 3_600_000)).toBe(20);
  });

  test('what is turned down is not counted', async () => {
    const { take, takeMany } = bucket();
    await takeMany(60, 0);
    expect(await take(3_000)).toBe(true);
  });

  test.each([0, 1, 2])('64 at once get 20 (%#)', async () => {
    const { take } = bucket();
    // The callers' clocks differ by a few milliseconds.
    const taken = await Promise.all(Array.from({ length: 64 }, (_, turn) => take(turn % 5)));
    expect(taken.filter(Boolean).length).toBe(20);
  });

  test('another key is another bucket', async () => {
    await bucket().takeMany(20, 0);
    expect(await bucket().take(0)).toBe(true);
  });
});

describe('a fixed window', () => {
  test('64 at once get what it holds, and the next window holds as much', async () => {
    const key = randomUUID();
    const take = (nowSeconds: number) => world.stores.limits.takeFromWindow(key, 10, 900, nowSeconds);
    const taken = await Promise.all(Array.from({ length: 64 }, () => take(1_800_000_100)));
    expect(taken.filter(({ allowed }) => allowed).length).toBe(10);
    // 1,800,000,000 is a multiple of 900.
    expect(await take(1_800_000_899)).toEqual({
      allowed: false,
      limit: 10,
      remaining: 0,
      resetsAtSeconds: 1_800_000_900,
    });
    expect(await take(1_800_000_900)).toMatchObject({ allowed: true, remaining: 9 });
  });
});

describe('a nonce', () => {
  test('is used once, though its own request may write it twice', async () => {
    const nonce = randomUUID();
    const use = (requestId: string) => world.stores.limits.useNonce(nonce, requestId, START_MS / 1_000);
    expect([await use('one'), await use('one'), await use('two')]).toEqual([true, true, false]);
  });
});

describe('a bucket from which work with an id takes once', () => {
  const once = () => {
    const key = randomUUID();
    return (id: string, atMs: number) => world.stores.limits.takeOnce(key, id, BURST, EVERY_MS, START_MS + atMs);
  };

  test('tells what remains, and when there is one more', async () => {
    const take = once();
    expect(await take('a', 0)).toEqual({ allowed: true, remaining: 19, nextInMs: 3_000 });
    // Two are owed; one is back in a second.
    expect(await take('b', 2_000)).toEqual({ allowed: true, remaining: 18, nextInMs: 1_000 });
    for (let taken = 2; taken < 20; taken++) await take(`more-${taken}`, 2_000);
    expect(await take('c', 2_000)).toEqual({ allowed: false, remaining: 0, nextInMs: 1_000 });
    expect(await take('c', 3_000)).toEqual({ allowed: true, remaining: 0, nextInMs: 3_000 });
  });

  test('40 repeats at once take one; the last one of a full bucket too', async () => {
    const take = once();
    const all = await Promise.all(Array.from({ length: 40 }, () => take('one', 0)));
    expect(all.map(({ allowed, remaining }) => [allowed, remaining])).toEqual(all.map(() => [true, 19]));
    for (let taken = 1; taken < 19; taken++) await take(`more-${taken}`, 0);
    const last = await Promise.all(Array.from({ length: 40 }, () => take('last', 0)));
    expect(last.map(({ allowed, remaining }) => [allowed, remaining])).toEqual(last.map(() => [true, 0]));
    expect(await take('none', 0)).toMatchObject({ allowed: false });
  });
});
