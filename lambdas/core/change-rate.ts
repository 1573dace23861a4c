/** How often a user may change their photo by `/v1`: so many an hour, and all of them at once after an hour of quiet. Ours. */
export const CHANGES_PER_HOUR = 60;
export const HOUR_SECONDS = 3_600;
/** How long until there is one more. */
export const CHANGE_EVERY_MS = (HOUR_SECONDS * 1_000) / CHANGES_PER_HOUR;

/** Where a caller stands with a bucket, after this request. */
export interface BucketStatus {
  allowed: boolean;
  remaining: number;
  /** Until there is one more than now; 0 when it is full. */
  nextInMs: number;
}
