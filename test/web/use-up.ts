import { randomUUID } from 'node:crypto';
import { CHANGE_EVERY_MS, CHANGES_PER_HOUR } from '../../lambdas/core/rate-limit.ts';
import type { World } from '../world.ts';

/**
 * Uses up a user's changes by `/v1`, as if requests had done it some time ago. The next one is allowed in so many
 * seconds.
 */
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
