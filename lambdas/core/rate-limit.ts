/** A caller's rate limit after this request. */
export interface RateLimitStatus {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** When the window ends, seconds since 1970. */
  resetsAtSeconds: number;
}

/**
 * Slack's rate limits: calls a minute to a method by team and app, in tiers (its page "Rate limits"). Slack does not
 * publish how large a burst may be.
 */
export interface Rate {
  perMinute: number;
  /** Calls that may come at once after a quiet time. */
  burst: number;
}

export const SLACK_TIERS = {
  /** "20+ per minute, while allowing for occasional bursts": a minute's worth. */
  tier2: { perMinute: 20, burst: 20 },
  /** "100+ per minute, a generous burst": a page may read every member of a large team once. */
  tier4: { perMinute: 100, burst: 1_000 },
  /** `auth.test` has no tier but "hundreds per minute". Slack's Java client expects 600. */
  special: { perMinute: 600, burst: 600 },
} as const satisfies Record<string, Rate>;

export type SlackTier = keyof typeof SLACK_TIERS;

/** The most that a team may be given: enough for any load test, with whole milliseconds between calls. */
export const MAX_PER_MINUTE = 60_000;
export const MAX_BURST = 1_000_000;

/** Whether one more call is allowed. */
export type RateLimitDecision = { allowed: true } | { allowed: false; retryAfterSeconds: number };

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
