/**
 * How an account's concurrent executions are divided. A fresh account has ten ("Lambda quotas"), and no more than that
 * may be promised: a throttled queue uses up its messages' receives, and a throttled request is turned away.
 */
interface AccountPlaces {
  /** `MaximumConcurrency` of each event source mapping. */
  jobs: number;
  bulk: number;
  intake: number;
  sweeps: number;
  /** 0 without webhooks. */
  hooks: number;
  /** What requests for avatars may use; 0 without avatars. */
  avatars: number;
  /** The rest: what other requests may use. */
  requests: number;
}

/** A fresh account's quota, and the least for four mappings and requests. */
export const LEAST_ACCOUNT_CONCURRENCY = 10;
/**
 * With webhooks there are five. Their two cannot be reserved, since Lambda requires a hundred to be left unreserved.
 */
export const LEAST_WITH_WEBHOOKS = 12;

/**
 * Lambda's limits for a mapping's `MaximumConcurrency` ("Configuring maximum concurrency for Amazon SQS event
 * sources").
 */
const MAPPING = { least: 2, most: 1_000 };
/** Shares of the account's. People wait for jobs; imports may take longer in any account. */
const SHARES = { jobs: 0.25, bulk: 0.05 };
const MOST_BULK = 50;
/** Share of the requests' places. Every view that the CDN cannot answer needs one, but only for a moment. */
const AVATARS = { share: 0.1, least: 1, most: 50 };

/** What Lambda keeps for functions without reserved concurrency (its guide, "Configuring reserved concurrency"). */
const LEAST_UNRESERVED = 100;

/** Whether a function may reserve so many of the account's. */
export const isReservable = (places: number, accountConcurrency: number): boolean =>
  accountConcurrency - places >= LEAST_UNRESERVED;

/** What a deployment has besides the APIs and imports. */
interface Extras {
  avatars?: boolean;
  webhooks?: boolean;
}

export function accountPlaces(
  accountConcurrency: number,
  { avatars: hasAvatars = false, webhooks: hasWebhooks = false }: Extras = {},
): AccountPlaces {
  // One for new events, and one for slow receivers and retries. The others share what is left.
  const hooks = hasWebhooks ? MAPPING.least : 0;
  const places = accountConcurrency - hooks;
  const share = (part: number, most: number) => Math.min(most, Math.max(MAPPING.least, Math.floor(places * part)));
  const jobs = share(SHARES.jobs, MAPPING.most);
  const bulk = share(SHARES.bulk, MOST_BULK);
  // Each sweep reads whole tables, so more would only compete.
  const sweeps = MAPPING.least;
  const left = places - jobs - 2 * bulk - sweeps;
  const avatars = hasAvatars ? Math.min(AVATARS.most, Math.max(AVATARS.least, Math.floor(left * AVATARS.share))) : 0;
  return { jobs, bulk, intake: bulk, sweeps, hooks, avatars, requests: left - avatars };
}

/** What API Gateway lets through to a method: a burst, and then so many a second (its guide, "token bucket"). */
export interface Throttle {
  burst: number;
  requestsPerSecond: number;
}

/**
 * How long a request takes, in seconds. Upload: `npm run bench -- critical-path`, with 25 ms added to each AWS call.
 * Read: the p50 of `npm run load`, and some more. Avatar: two reads of a record and one of a picture, in sequence.
 */
const HOLDS_SECONDS = { upload: 0.22, read: 0.02, avatar: 0.05 };
/** Concurrent uploads for each place: clients that were turned away come back on whole seconds, several at a time. */
const BURST_PER_PLACE = 2;
/**
 * Requests that come at once, beyond a steady rate: a page that loads, a list of faces. Does not change a day's cost.
 */
const BURST_SECONDS = 10;
/** API Gateway's own limit for an account (its guide, "Quotas"). */
const MAX_BURST = 5_000;

/** The throttles of each API's stage: for methods that take uploads, and for all others. */
export function stageThrottles(
  places: AccountPlaces,
  maxRequestsPerSecond: number,
): Record<'upload' | 'other', Throttle> {
  const rate = (holdsSeconds: number) =>
    Math.max(1, Math.min(maxRequestsPerSecond, Math.floor(places.requests / holdsSeconds)));
  return {
    upload: {
      burst: Math.min(MAX_BURST, maxRequestsPerSecond * BURST_SECONDS, places.requests * BURST_PER_PLACE),
      requestsPerSecond: rate(HOLDS_SECONDS.upload),
    },
    other: {
      burst: Math.min(MAX_BURST, rate(HOLDS_SECONDS.read) * BURST_SECONDS),
      requestsPerSecond: rate(HOLDS_SECONDS.read),
    },
  };
}

/**
 * The throttle of avatars, as much as their places allow. The burst is twice the places, because a page of faces comes
 * all at once. Not more: a request that finds no place of theirs takes one from uploads while its process starts.
 */
export function avatarThrottle(avatarPlaces: number, maxRequestsPerSecond: number): Throttle {
  const rate = Math.max(1, Math.min(maxRequestsPerSecond, Math.floor(avatarPlaces / HOLDS_SECONDS.avatar)));
  return { burst: Math.max(avatarPlaces * BURST_PER_PLACE, 1), requestsPerSecond: rate };
}
