import { type BucketStatus, CHANGE_EVERY_MS, CHANGES_PER_HOUR } from '../core/change-rate.ts';
import type { LimitStore } from '../store/limits.ts';

/** A change that is about to be made. */
export interface ComingChange {
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
  const key = `v1/change/${userId}`;
  if (isRepeat) {
    return { ...(await limits.bucket(key, CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs)), allowed: true };
  }
  return limits.takeOnce(key, id, CHANGES_PER_HOUR, CHANGE_EVERY_MS, nowMs);
}
