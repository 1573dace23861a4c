import type { Caller } from './core/user.ts';
import type { SharedFlows } from './edge/flows.ts';
import { type TwitterEndpoint, WINDOW_SECONDS } from './edge/twitter/rate-limits.ts';
import { type AuthenticateStores, authenticate } from './flow/authenticate.ts';
import { authenticateSigned } from './flow/authenticate-signed.ts';
import { authenticateSlackCall, slackMemory } from './flow/authenticate-slack-call.ts';
import { authenticateTwitterCall } from './flow/authenticate-twitter-call.ts';
import { turnedAway } from './flow/turned-away.ts';

type CallerFlows = Pick<
  SharedFlows,
  'authenticate' | 'authenticateSlackCall' | 'authenticateSigned' | 'authenticateTwitterCall'
>;

/** How both HTTP functions find the caller. A process remembers some of what earlier calls told it. */
export function callers(stores: AuthenticateStores, twitterRateLimits: Record<TwitterEndpoint, number>): CallerFlows {
  const memory = slackMemory();
  const turnedAwayByTwitter = turnedAway<Caller>();
  return {
    authenticate: (token, viewerAddress, begin) =>
      authenticate({ token, viewerAddress, nowSeconds: Date.now() / 1000 }, stores, {
        onKnown: ({ userId }) => begin?.(userId),
      }),
    authenticateSlackCall(call, begin) {
      const nowMs = Date.now();
      return authenticateSlackCall({ ...call, nowSeconds: nowMs / 1000, onKnown: begin }, nowMs, stores, memory);
    },
    authenticateSigned: (signed, begin) =>
      authenticateSigned(signed, Date.now() / 1000, stores, { onKnown: ({ userId }) => begin?.(userId) }),
    authenticateTwitterCall(endpoint, signed, begin, beginVerified) {
      const limit = twitterRateLimits[endpoint];
      const call = {
        signed,
        endpoint,
        limit,
        windowSeconds: WINDOW_SECONDS,
        onKnown: begin,
        onVerified: beginVerified,
      };
      return authenticateTwitterCall(call, Date.now(), stores, turnedAwayByTwitter);
    },
  };
}
