import type { PhotoCdn } from '../store/cdn.ts';
import type { LimitStore } from '../store/limits.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

export interface InvalidateStores {
  users: UserStore;
  photos: PhotoStore;
  limits: LimitStore;
  cdn: PhotoCdn;
}

/** An invalidation costs half a cent, and a person may delete as often as they like. */
const MAX_AN_HOUR = 5;
const HOUR_SECONDS = 3_600;

/**
 * After a deletion or an erasure: removes the user's pictures from the CDN. From the origin first, or else the CDN
 * would fetch again what it has just dropped. False if it is left to time: the CDN keeps nothing for more than an hour.
 */
export async function invalidateCdn(
  userId: string,
  number: number,
  nowSeconds: number,
  stores: InvalidateStores,
): Promise<boolean> {
  await deleteEvicted(userId, stores);
  const { allowed } = await stores.limits.takeFromWindow(`invalidate/${userId}`, MAX_AN_HOUR, HOUR_SECONDS, nowSeconds);
  return allowed && stores.cdn.invalidate(userId, `${userId}-${number}`);
}
