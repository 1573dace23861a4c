import type { RateLimitStatus } from '../core/rate-limit.ts';
import type { Caller } from '../core/user.ts';
import type { LimitStore } from '../store/limits.ts';
import type { TurnedAway } from './turned-away.ts';

export interface TwitterCall {
  endpoint: string;
  /** Requests a user may make in a window. */
  limit: number;
  windowSeconds: number;
  nowMs: number;
}

/** What one user does at one endpoint. */
export const twitterCallKey = (endpoint: string, userId: string): string => `${endpoint} ${userId}`;

/**
 * Takes one of a user's requests to an endpoint. Whoever was turned away is told the same until the window is over, and nothing is read or
 * written for it (`turned-away.ts`).
 */
export async function consumeTwitterCall(
  caller: Caller,
  { endpoint, limit, windowSeconds, nowMs }: TwitterCall,
  { limits, known }: { limits: LimitStore; known: TurnedAway<Caller> },
): Promise<RateLimitStatus> {
  const key = twitterCallKey(endpoint, caller.user.id);
  const before = known.find(key, nowMs);
  if (before !== undefined) {
    return { allowed: false, limit, remaining: 0, resetsAtSeconds: Math.round(before.untilMs / 1_000) };
  }
  const status = await limits.takeFromWindow(
    `twitter/${endpoint}/${caller.user.id}`,
    limit,
    windowSeconds,
    nowMs / 1_000,
  );
  if (!status.allowed) known.note(key, caller, status.resetsAtSeconds * 1_000);
  return status;
}
