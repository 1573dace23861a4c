import type { SlackTokenOwner } from '../core/credential.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result } from '../core/result.ts';
import { type Rate, type RateLimitDecision, SLACK_TIERS, type SlackTier } from '../core/slack-rate-limits.ts';
import type { BearerCaller, Team } from '../core/user.ts';
import {
  type AuthenticateStores,
  authenticate,
  type KnownOwner,
  type PresentedToken,
  type WhileAuthenticating,
} from './authenticate.ts';
import { type TurnedAway, turnedAway } from './turned-away.ts';

/** A call of a Slack method, as far as it decides who may make it. */
interface PresentedSlackCall extends PresentedToken {
  method: string;
  tier: SlackTier;
  /** Begins what needs no more than a good credential (`WhileAuthenticating`). */
  onKnown?: WhileAuthenticating['onKnown'];
}

interface AuthenticatedSlackCall {
  caller: BearerCaller;
  /** A decision at once where it is remembered. */
  rateLimit: RateLimitDecision | Promise<RateLimitDecision>;
}

/** What a process remembers of the calls before. */
interface SlackMemory {
  turnedAway: TurnedAway<BearerCaller>;
  /** Teams' own limits, as they were read last. */
  limits: Map<string, Team['limits']>;
  /** Owners of tokens that were good and were refused all the same. */
  refused: Map<string, number>;
}

/** More would only cost more calls. */
const MAX_REMEMBERED = 10_000;
/** Whoever was refused for what they are, takes nothing in advance for so long. */
const REFUSED_MS = 60_000;

export const slackMemory = (): SlackMemory => ({ turnedAway: turnedAway(), limits: new Map(), refused: new Map() });

/**
 * Who calls a Slack method, and whether they may now: `authenticate`, and one call less of what the caller's team and app have. The team's own
 * limits go before Slack's.
 *
 * The call is taken while the owner's records are still being read, where the team's limits are remembered, and given back when they
 * were others or the caller is refused. For whoever is refused, nothing is begun in advance for a while: a token that is good for nothing
 * must not keep its team's bucket empty, nor a processor busy. Whoever comes back before the time that they were told is told again, and nothing is written for it.
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
      // What goes wrong is told to whoever waits for it; nobody may.
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

/** What a token's owner may do so often. */
const slackCallKey = (method: string, { userId, kind, appId }: SlackTokenOwner): string =>
  `${method} ${userId} ${kind} ${appId}`;

const bucketOf = (method: string, teamId: string, appId: string): string => `slack/${method}/${teamId}/${appId}`;

const rateOf = (limits: Team['limits'], tier: SlackTier): Rate => limits[tier] ?? SLACK_TIERS[tier];

const isSameRate = (one: Rate, other: Rate): boolean => one.perMinute === other.perMinute && one.burst === other.burst;

/** By then there is one call more. Whole seconds, since clients read no other. */
const retryAfter = (rate: Rate): number => Math.max(1, Math.ceil(everyMs(rate) / 1_000));

const everyMs = ({ perMinute }: Rate): number => Math.max(1, Math.round(60_000 / perMinute));
