import { describe, expect, test } from '@jest/globals';
import { accountConcurrency } from '../../local/account-concurrency.ts';
import { throttledSource } from '../../local/throttled-source.ts';

const isThrottled = (outcome: string) => outcome === 'throttled';

describe('a throttled event source', () => {
  test('tries again, further and further apart, until the call goes through', async () => {
    const source = throttledSource(5);
    const times: number[] = [];
    const outcome = await source.call(
      async () => (times.push(Date.now()) < 4 ? 'throttled' : 'done'),
      isThrottled,
      Date.now() + 10_000,
    );
    expect(outcome).toBe('done');
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits).toHaveLength(3);
    // 100, 200, 400 ms, of which at least half is waited.
    for (const [index, least] of [50, 100, 200].entries()) expect(waits[index]).toBeGreaterThanOrEqual(least - 2);
  });

  test('has fewer places with each refusal, one at least, and gets them back by calls that go through', async () => {
    const source = throttledSource(3);
    const refused = () => source.call(async () => 'throttled', isThrottled, Date.now() + 1);
    await refused();
    expect(source.places()).toBe(2);
    await Promise.all([refused(), refused(), refused()]);
    expect(source.places()).toBe(1);
    for (let call = 0; call < 5; call++) await source.call(async () => 'done', isThrottled, Date.now() + 1_000);
    expect(source.places()).toBe(3);
  });

  test('lets go when the messages are visible again', async () => {
    const began = Date.now();
    expect(await throttledSource(2).call(async () => 'throttled', isThrottled, began + 300)).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    expect(Date.now() - began).toBeLessThan(1_000);
  });
});

test('an account has so many places, and one that is given back twice is one', () => {
  const account = accountConcurrency(2);
  const first = account.take('OnChange');
  expect(account.take('OnChange')).toBeDefined();
  expect(account.take('OnChange')).toBeUndefined();
  first?.();
  first?.();
  expect(account.take('OnChange')).toBeDefined();
  expect(account.take('OnChange')).toBeUndefined();
});
