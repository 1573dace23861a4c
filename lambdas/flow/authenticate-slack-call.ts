import type { SlackTokenOwner } from '../core/credential.ts';
import { type Rate, type RateLimitDecision, SLACK_TIERS, type SlackTier } from '../core/rate-limit.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result } from '../core/result.ts';
import type { BearerCaller, Team } from '../core/user.ts';
import {
  type AuthenticateStores,
  authenticate,
  type KnownOwner,
  type PresentedToken,
  type WhileAuthenticating,
} from './authenticate.ts';
import { type TurnedAway, turnedAway } from './turned-away.ts';

/** A call of a Slack method, as far as it decides who the caller is. */
interface PresentedSlackCall extends PresentedToken {
  method: string;
  tier: SlackTier;
  /** Starts work that needs only a good credential (`WhileAuthenticating`). */
  onKnown?: WhileAuthenticating['onKnown'];
}

interface AuthenticatedSlackCall {
  caller: BearerCaller;
  /** Not a promise if the decision is remembered. */
  rateLimit: RateLimitDecision | Promise<RateLimitDecision>;
}

/** What a process remembers of earlier calls. */
interface SlackMemory {
  turnedAway: TurnedAway<BearerCaller>;
  /** Teams' own limits, as last read. */
  limits: Map<string, Team['limits']>;
  /** Owners of good tokens who were refused all the same, and until when (ms) that counts. */
  refused: Map<string, number>;
}

/** A bound on memory. Who is not remembered costs a few more calls. */
const MAX_REMEMBERED = 10_000;
/** For so long after a refusal, no call is taken in advance for that user. */
const REFUSED_MS = 60_000;

export const slackMemory = (): SlackMemory => ({ turnedAway: turnedAway(), limits: new Map(), refused: new Map() });

/**
 * The caller of a Slack method, and whether they may call it now: `authenticate`, and one call from the limit of their
 * team and app. A team's own limits take the place of Slack's.
 *
 * If the team's limits are remembered, the call is taken while the owner's records are being read. It is given back if
 * the limits were others, or if the caller is refused. After a refusal nothing is started in advance for a while: a
 * useless token must not keep its team's bucket empty or a processor busy. A caller who comes back too early gets the
 * same answer again, without a write.
 */
export async function authenticateSlackCall(
  call: PresentedSlackCall,
  nowMs: number,
  stores: AuthenticateStores,
  memory: SlackMemory,
): Promise<Result<AuthenticatedSlackCall, CredentialRefusal>> {
  const { method, tier } = call;
  const keyOf = (owner: SlackTokenOwner) => slackCallKey(method, owner);
  const take = (teamId: string, appId: string, rate: Rate) =>
    stores.limits.takeFromBucket(bucketOf(method, teamId, appId), rate.burst, everyMs(rate), nowMs);
  let known: KnownOwner | undefined;
  let early: { teamId: string; appId: string; rate: Rate; isTaken: Promise<boolean> } | undefined;

  const found = await authenticate(call, stores, {
    turnedAwayBefore: (owner) => memory.turnedAway.find(keyOf(owner), nowMs)?.caller,
    onKnown(owner) {
      known = owner;
      if ((memory.refused.get(owner.userId) ?? 0) > nowMs) return;
      call.onKnown?.(owner);
      const { teamId = '', appId } = owner;
      const limits = memory.limits.get(teamId);
      if (limits === undefined) return;
      const rate = rateOf(limits, tier);
      early = { teamId, appId, rate, isTaken: take(teamId, appId, rate) };
      // Whoever awaits this work gets its error. If nobody does, it must not be unhandled.
      early.isTaken.catch(() => undefined);
    },
  });
  const giveBack = async () => {
    if (early === undefined || !(await early.isTaken)) return;
    await stores.limits.giveBackToBucket(bucketOf(method, early.teamId, early.appId), everyMs(early.rate));
  };
  if (!found.ok) {
    if (known !== undefined) remember(memory.refused, known.userId, nowMs + REFUSED_MS);
    await giveBack();
    return found;
  }

  const caller = found.value;
  const { user, team, tokenKind, appId } = caller;
  const rate = rateOf(team.limits, tier);
  const key = keyOf({ userId: user.id, kind: tokenKind, appId });
  const turnedDown: RateLimitDecision = { allowed: false, retryAfterSeconds: retryAfter(rate) };
  if (early === undefined && memory.turnedAway.find(key, nowMs) !== undefined) {
    return accepted({ caller, rateLimit: turnedDown });
  }
  remember(memory.limits, team.id, team.limits);
  const decide = async (): Promise<RateLimitDecision> => {
    const isRight = early?.teamId === team.id && isSameRate(early.rate, rate);
    if (!isRight) await giveBack();
    if (await (isRight ? early?.isTaken : take(team.id, appId, rate))) return { allowed: true };
    memory.turnedAway.note(key, caller, nowMs + turnedDown.retryAfterSeconds * 1_000);
    return turnedDown;
  };
  return accepted({ caller, rateLimit: decide() });
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.size >= MAX_REMEMBERED) map.clear();
  map.set(key, value);
}

/** The key of a token owner's limit for a method. */
const slackCallKey = (method: string, { userId, kind, appId }: SlackTokenOwner): string =>
  `${method} ${userId} ${kind} ${appId}`;

const bucketOf = (method: string, teamId: string, appId: string): string => `slack/${method}/${teamId}/${appId}`;

const rateOf = (limits: Team['limits'], tier: SlackTier): Rate => limits[tier] ?? SLACK_TIERS[tier];

const isSameRate = (one: Rate, other: Rate): boolean => one.perMinute === other.perMinute && one.burst === other.burst;

/** When there is one more call. Whole seconds: clients read nothing else. */
const retryAfter = (rate: Rate): number => Math.max(1, Math.ceil(everyMs(rate) / 1_000));

const everyMs = ({ perMinute }: Rate): number => Math.max(1, Math.round(60_000 / perMinute));
