import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { forEachConcurrently } from '../../cli/for-each-concurrently.ts';

/** When each began and ended, in the order of their beginnings. */
async function times(concurrency: number): Promise<{ beganMs: number; endedMs: number }[]> {
  const seen: { beganMs: number; endedMs: number }[] = [];
  await forEachConcurrently([1, 2, 3], concurrency, async () => {
    const one = { beganMs: performance.now(), endedMs: 0 };
    seen.push(one);
    await sleep(60);
    one.endedMs = performance.now();
  });
  return seen;
}

test('half of one at once: each begins as long after the one before as that took', async () => {
  const [one, two, three] = await times(0.5);
  for (const [before, after] of [
    [one, two],
    [two, three],
  ])
    expect((after?.beganMs ?? 0) - (before?.endedMs ?? 0)).toBeGreaterThanOrEqual(55);
});

test('two at once: the second does not wait for the first', async () => {
  const [one, two, three] = await times(2);
  expect(two?.beganMs).toBeLessThan(one?.endedMs ?? 0);
  expect(three?.beganMs).toBeGreaterThanOrEqual(one?.endedMs ?? 0);
});
