import type { SignedCredential } from '../core/credential.ts';
import type { RateLimitStatus } from '../core/rate-limit.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result } from '../core/result.ts';
import type { Caller } from '../core/user.ts';
import type { AuthenticateStores } from './authenticate.ts';
import { authenticateSigned } from './authenticate-signed.ts';
import type { TurnedAway } from './turned-away.ts';

/** A request to one of Twitter's endpoints, as far as it decides who the caller is. */
interface PresentedTwitterCall {
  signed: SignedCredential;
  endpoint: string;
  /** A user's requests in a window. */
  limit: number;
  windowSeconds: number;
  /** Starts work that needs only a good signature (`WhileAuthenticating`). */
  onKnown?: (() => void) | undefined;
  /** Starts work that only a verified caller may cause, while the nonce is used. */
  onVerified?: ((caller: Caller) => void) | undefined;
}

interface AuthenticatedTwitterCall {
  caller: Caller;
  rateLimit: RateLimitStatus;
}

/**
 * The caller of a signed request, and whether they may make it now: `authenticateSigned`, and one request from the
 * user's limit. It is taken while the nonce is used, and given back if that shows a replay. A caller who was turned
 * away gets the same answer until the window ends, without a write (`turned-away.ts`).
 */
export async function authenticateTwitterCall(
  { signed, endpoint, limit, windowSeconds, onKnown, onVerified }: PresentedTwitterCall,
  nowMs: number,
  stores: AuthenticateStores,
  turnedAway: TurnedAway<Caller>,
): Promise<Result<AuthenticatedTwitterCall, CredentialRefusal>> {
  const { limits } = stores;
  const keyOf = (userId: string) => `${endpoint} ${userId}`;
  // A token begins with its user's id. Whether it really is theirs is checked later.
  const before = turnedAway.find(keyOf(signed.token.split('-')[0] ?? ''), nowMs);
  let window: string | undefined;
  let taken: Promise<RateLimitStatus> | undefined;
  const found = await authenticateSigned(signed, nowMs / 1_000, stores, {
    turnedAwayBefore: before?.caller,
    onKnown: () => onKnown?.(),
    onVerified(caller) {
      onVerified?.(caller);
      window = `twitter/${endpoint}/${caller.user.id}`;
      taken = limits.takeFromWindow(window, limit, windowSeconds, nowMs / 1_000);
      // Whoever awaits this work gets its error. If nobody does, it must not be unhandled.
      taken.catch(() => undefined);
    },
  });
  if (!found.ok) {
    if (window !== undefined && (await taken)?.allowed) {
      await limits.giveBackToWindow(window, windowSeconds, nowMs / 1_000);
    }
    return found;
  }
  const caller = found.value;
  if (taken === undefined) {
    const resetsAtSeconds = Math.round((before?.untilMs ?? nowMs) / 1_000);
    return accepted({ caller, rateLimit: { allowed: false, limit, remaining: 0, resetsAtSeconds } });
  }
  const rateLimit = await taken;
  if (!rateLimit.allowed) turnedAway.note(keyOf(caller.user.id), caller, rateLimit.resetsAtSeconds * 1_000);
  return accepted({ caller, rateLimit });
}
