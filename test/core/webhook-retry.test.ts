import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { afterFailure, isServedDirectly, nextDueMs, WAITS_SECONDS } from '../../lambdas/core/webhook-retry.ts';
import { signatures, webhookSecret } from '../../lambdas/core/webhook-secret.ts';

const HOUR_MS = 3_600_000;
const LEAST = () => 0;
const MIDDLE = () => 0.5;
const MOST = () => 1;

describe('tries', () => {
  test('are ten in about a day, each wait at least as long as the one before', () => {
    expect(WAITS_SECONDS.length).toBe(9);
    expect(WAITS_SECONDS.reduce((sum, one) => sum + one, 0)).toBe(85_350);
    expect([...WAITS_SECONDS]).toEqual([...WAITS_SECONDS].sort((a, b) => a - b));
  });

  // By hand: a fifth to either side of 30 s, 2 minutes, and so on.
  test.each([
    [0, LEAST, 24_000],
    [0, MIDDLE, 30_000],
    [0, MOST, 36_000],
    [1, LEAST, 96_000],
    [8, MOST, 34_560_000],
  ])('after %i before', (tries, random, waitMs) => {
    expect(nextDueMs({ tries, firstMs: 0 }, 1_000, 0, random)).toBe(1_000 + waitMs);
  });

  test('end with the tenth, or with a day; a receiver’s own time is obeyed, up to a day', () => {
    expect(nextDueMs({ tries: 9, firstMs: 0 }, HOUR_MS)).toBeUndefined();
    expect(nextDueMs({ tries: 3, firstMs: 0 }, 24 * HOUR_MS)).toBeUndefined();
    expect(nextDueMs({ tries: 3, firstMs: 0 }, 24 * HOUR_MS - 1)).toBeDefined();
    expect(nextDueMs({ tries: 0, firstMs: 0 }, 0, 7_200, MOST)).toBe(2 * HOUR_MS);
    expect(nextDueMs({ tries: 0, firstMs: 0 }, 0, 10, MIDDLE)).toBe(30_000);
    expect(nextDueMs({ tries: 0, firstMs: 0 }, 0, 999_999_999, MIDDLE)).toBe(24 * HOUR_MS);
  });
});

describe('a receiver that fails', () => {
  test('rests from the third time on: 30 s, doubled each time, a quarter of an hour at the most', () => {
    let health = { failures: 0, isSlow: false } as ReturnType<typeof afterFailure>;
    const rests = [...Array(10).keys()].map((count) => {
      health = afterFailure(health, count, { isSlow: false }, MIDDLE);
      return ((health.restsUntilMs ?? count) - count) / 1_000;
    });
    expect(rests).toEqual([0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    expect(health).toMatchObject({ failures: 10, failingSinceMs: 0 });
  });

  test('is served at once while it has failed once or twice, and by the minute when it is slow, rests or failed more', () => {
    expect(isServedDirectly({ failures: 2, isSlow: false }, 0)).toBe(true);
    expect(isServedDirectly({ failures: 3, isSlow: false }, 0)).toBe(false);
    expect(isServedDirectly({ failures: 0, isSlow: true }, 0)).toBe(false);
    expect(isServedDirectly({ failures: 1, isSlow: false, restsUntilMs: 1 }, 0)).toBe(false);
    expect(isServedDirectly({ failures: 1, isSlow: false, restsUntilMs: 1 }, 1)).toBe(true);
  });
});

describe('a signature', () => {
  test('is the one of the specification’s library', () => {
    const secret = webhookSecret('master', 'wh_1', 1);
    // Whole seconds, as in the header.
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const message = { messageId: 'msg_1', timestampSeconds, body: '{"ä":"€"}' };
    const theirs = new Webhook(secret).sign('msg_1', new Date(timestampSeconds * 1_000), message.body);
    expect(signatures([secret], message)).toBe(theirs);
  });

  test('is another for another webhook, number or master secret, of 256 bits', () => {
    const all = [
      webhookSecret('master', 'wh_1', 1),
      webhookSecret('master', 'wh_1', 2),
      webhookSecret('master', 'wh_2', 1),
      webhookSecret('other', 'wh_1', 1),
    ];
    expect(new Set(all).size).toBe(4);
    for (const one of all) expect(Buffer.from(one.slice('whsec_'.length), 'base64').length).toBe(32);
  });
});
