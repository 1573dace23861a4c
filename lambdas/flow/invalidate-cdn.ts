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

/** CloudFront's invalidations cost half a cent each, and a person may delete as often as they like. */
const MAX_AN_HOUR = 5;
const HOUR_SECONDS = 3_600;

/**
 * After a deletion or an erasure: has the CDN forget the user's pictures. At the origin first, else the edge would fetch again
 * what it has just dropped. False when it is left to time: the CDN keeps nothing for longer than an hour by itself.
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
