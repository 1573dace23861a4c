/**
 * Slack's rate limits: so many calls of a method a minute for each team and app, in tiers. Rates are those of Slack's page
 * "Rate limits"; it publishes no size of a burst.
 */
export interface Rate {
  perMinute: number;
  /** Calls that may come at once after a time of quiet. */
  burst: number;
}

export const SLACK_TIERS = {
  /** "20+ per minute, while allowing for occasional bursts": a minute's worth. */
  tier2: { perMinute: 20, burst: 20 },
  /** "100+ per minute, a generous burst": a page that shows everybody of a large team reads each of them once. */
  tier4: { perMinute: 100, burst: 1_000 },
  /** `auth.test` is of no tier, "hundreds per minute"; Slack's Java client counts on 600. */
  special: { perMinute: 600, burst: 600 },
} as const satisfies Record<string, Rate>;

export type SlackTier = keyof typeof SLACK_TIERS;

/** What a team may be given: enough for any load test, and whole milliseconds between calls. */
export const MAX_PER_MINUTE = 60_000;
export const MAX_BURST = 1_000_000;

/** What became of asking for one call more. */
export type RateLimitDecision = { allowed: true } | { allowed: false; retryAfterSeconds: number };
