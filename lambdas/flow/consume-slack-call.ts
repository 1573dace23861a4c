import { type RateLimitDecision, SLACK_TIERS, type SlackTier } from '../core/slack-rate-limits.ts';
import type { BearerCaller } from '../core/user.ts';
import type { LimitStore } from '../store/limits.ts';

/** Takes one call of a method from what the caller's team and app have. The team's own limits go before Slack's. */
export async function consumeSlackCall(
  { team, appId }: BearerCaller,
  method: string,
  tier: SlackTier,
  nowMs: number,
  limits: LimitStore,
): Promise<RateLimitDecision> {
  const { perMinute, burst } = team.limits[tier] ?? SLACK_TIERS[tier];
  const everyMs = Math.max(1, Math.round(60_000 / perMinute));
  if (await limits.takeFromBucket(`slack/${method}/${team.id}/${appId}`, burst, everyMs, nowMs)) {
    return { allowed: true };
  }
  // By then there is one call more. Whole seconds, since clients read no other.
  return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(everyMs / 1_000)) };
}
