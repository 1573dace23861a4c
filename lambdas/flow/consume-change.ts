import { type BucketStatus, CHANGE_EVERY_MS, CHANGES_PER_HOUR } from '../core/rate-limit.ts';
import type { LimitStore } from '../store/limits.ts';

/** A change that is about to be made. */
interface ComingChange {
  userId: string;
  /** The id of an upload that may come again, or else of the request. */
  id: string;
  /** The change was made before. Nothing is taken. */
  isRepeat: boolean;
}

/** Takes one of a user's changes, but none if the request is a repeat. */
export async function consumeChange(
  { userId, id, isRepeat }: ComingChange,
  nowMs: number,
  { limits }: { limits: LimitStore },
): Promise<BucketStatus> {
  const key = bucketOf(userId);
  if (isRepeat) {
    return { ...(await limits.bucket(key, CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs)), allowed: true };
  }
  return limits.takeOnce(key, id, CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs);
}

/** Whether this process knows that the user has no changes left. Then nothing is started in advance for them. */
export const hasNoChanges = (userId: string, nowMs: number, { limits }: { limits: LimitStore }): boolean =>
  limits.isSeenEmpty(bucketOf(userId), CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs);

const bucketOf = (userId: string): string => `v1/change/${userId}`;
