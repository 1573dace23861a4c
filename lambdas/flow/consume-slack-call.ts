import type { SlackTokenOwner } from '../core/credential.ts';
import { type RateLimitDecision, SLACK_TIERS, type SlackTier } from '../core/slack-rate-limits.ts';
import type { BearerCaller } from '../core/user.ts';
import type { LimitStore } from '../store/limits.ts';
import type { TurnedAway } from './turned-away.ts';

/**
 * The same, remembered (`turned-away.ts`): whoever comes back before the time that they were told is told again, and nothing is read or
 * written for it.
 */
export async function consumeSlackCallOnce(
  caller: BearerCaller,
  method: string,
  tier: SlackTier,
  nowMs: number,
  { limits, known }: { limits: LimitStore; known: TurnedAway<BearerCaller> },
): Promise<RateLimitDecision> {
  const key = slackCallKey(method, { userId: caller.user.id, kind: caller.tokenKind, appId: caller.appId });
  if (known.find(key, nowMs) !== undefined) return { allowed: false, retryAfterSeconds: retryAfter(caller, tier) };
  const decision = await consumeSlackCall(caller, method, tier, nowMs, limits);
  if (!decision.allowed) known.note(key, caller, nowMs + decision.retryAfterSeconds * 1_000);
  return decision;
}

/** What a token's owner may do so often. */
export const slackCallKey = (method: string, { userId, kind, appId }: SlackTokenOwner): string =>
  `${method} ${userId} ${kind} ${appId}`;

/** Takes one call of a method from what the caller's team and app have. The team's own limits go before Slack's. */
export async function consumeSlackCall(
  caller: BearerCaller,
  method: string,
  tier: SlackTier,
  nowMs: number,
  limits: LimitStore,
): Promise<RateLimitDecision> {
  const { team, appId } = caller;
  const { burst } = team.limits[tier] ?? SLACK_TIERS[tier];
  const everyMs = everyMsOf(team, tier);
  if (await limits.takeFromBucket(`slack/${method}/${team.id}/${appId}`, burst, everyMs, nowMs)) {
    return { allowed: true };
  }
  return { allowed: false, retryAfterSeconds: retryAfter(caller, tier) };
}

/** By then there is one call more. Whole seconds, since clients read no other. */
const retryAfter = ({ team }: BearerCaller, tier: SlackTier): number =>
  Math.max(1, Math.ceil(everyMsOf(team, tier) / 1_000));

const everyMsOf = ({ limits }: BearerCaller['team'], tier: SlackTier): number =>
  Math.max(1, Math.round(60_000 / (limits[tier] ?? SLACK_TIERS[tier]).perMinute));
