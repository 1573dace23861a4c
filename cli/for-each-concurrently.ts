import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Works on items, so many at once, and takes the next only when one is done, so that nothing piles up. When the signal
 * says so, it takes no more and finishes what it has.
 * @param concurrency 0.5: one at a time, and then a rest as long as it took
 * @throws the first failure, after the others under way are done
 */
export async function forEachConcurrently<T>(
  items: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    if (signal?.aborted || failures.length > 0) break;
    const startMs = performance.now();
    const rest = () => (concurrency < 1 ? sleep((performance.now() - startMs) * (1 / concurrency - 1)) : undefined);
    const one: Promise<void> = work(item)
      .then(rest)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(one));
    running.add(one);
    if (running.size >= concurrency) await Promise.race(running);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}
