import type { Caller } from './core/user.ts';
import type { SharedFlows } from './edge/flows.ts';
import { type TwitterEndpoint, WINDOW_SECONDS } from './edge/twitter/rate-limits.ts';
import { admitSlackCall, slackMemory } from './flow/admit-slack-call.ts';
import { admitTwitterCall } from './flow/admit-twitter-call.ts';
import { type AuthenticateStores, authenticate } from './flow/authenticate.ts';
import { authenticateSigned } from './flow/authenticate-signed.ts';
import { turnedAway } from './flow/turned-away.ts';

type CallerFlows = Pick<SharedFlows, 'authenticate' | 'admitSlackCall' | 'authenticateSigned' | 'admitTwitterCall'>;

/** How both HTTP functions know who calls, with what a process remembers of the calls before. */
export function callers(stores: AuthenticateStores, twitterRateLimits: Record<TwitterEndpoint, number>): CallerFlows {
  const memory = slackMemory();
  const turnedAwayByTwitter = turnedAway<Caller>();
  return {
    authenticate: (token, viewerAddress, begin) =>
      authenticate({ token, viewerAddress, nowSeconds: Date.now() / 1000 }, stores, {
        onKnown: ({ userId }) => begin?.(userId),
      }),
    admitSlackCall(call, begin) {
      const nowMs = Date.now();
      return admitSlackCall({ ...call, nowSeconds: nowMs / 1000, onKnown: begin }, nowMs, stores, memory);
    },
    authenticateSigned: (signed, begin) =>
      authenticateSigned(signed, Date.now() / 1000, stores, { onKnown: ({ userId }) => begin?.(userId) }),
    admitTwitterCall(endpoint, signed, begin, beginVerified) {
      const limit = twitterRateLimits[endpoint];
      const call = {
        signed,
        endpoint,
        limit,
        windowSeconds: WINDOW_SECONDS,
        onKnown: begin,
        onVerified: beginVerified,
      };
      return admitTwitterCall(call, Date.now(), stores, turnedAwayByTwitter);
    },
  };
}
