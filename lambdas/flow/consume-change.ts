import { type BucketStatus, CHANGE_EVERY_MS, CHANGES_PER_HOUR } from '../core/change-rate.ts';
import type { LimitStore } from '../store/limits.ts';

/** A change that is about to be made. */
interface ComingChange {
  userId: string;
  /** The upload's, where it may come again; else the request's. */
  id: string;
  /** It was made already: then nothing is taken. */
  isRepeat: boolean;
}

/** Takes one of the changes that a user has. A repeat of one that was made is none. */
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

/** Whether this process knows that a user has no changes left: then nothing is begun in advance for them. */
export const hasNoChanges = (userId: string, nowMs: number, { limits }: { limits: LimitStore }): boolean =>
  limits.isSeenEmpty(bucketOf(userId), CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs);

const bucketOf = (userId: string): string => `v1/change/${userId}`;
