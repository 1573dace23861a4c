/**
 * How often a user may change their photo through `/v1`: a token bucket of one hour's changes, which refills evenly.
 * The number is ours.
 */
export const CHANGES_PER_HOUR = 60;
export const HOUR_SECONDS = 3_600;
/** The bucket gains one change in this time. */
export const CHANGE_EVERY_MS = (HOUR_SECONDS * 1_000) / CHANGES_PER_HOUR;

/** A caller's bucket after this request. */
export interface BucketStatus {
  allowed: boolean;
  remaining: number;
  /** Time until one more is available; 0 when the bucket is full. */
  nextInMs: number;
}
