import { randomUUID } from 'node:crypto';
import { CHANGE_EVERY_MS, CHANGES_PER_HOUR } from '../../lambdas/core/rate-limit.ts';
import type { World } from '../world.ts';

/** Uses up all the changes that a user has by `/v1`, as requests would have some time ago: there is one more in so many seconds. */
export async function useUpChanges(
  { stores }: Pick<World, 'stores'>,
  userId: string,
  nextInSeconds: number,
): Promise<void> {
  const thenMs = Date.now() - CHANGE_EVERY_MS + nextInSeconds * 1_000;
  for (let change = 0; change < CHANGES_PER_HOUR; change++) {
    await stores.limits.takeOnce(`v1/change/${userId}`, randomUUID(), CHANGES_PER_HOUR, CHANGE_EVERY_MS, thenMs);
  }
}
