/**
 * How an account's concurrent executions are shared out. A fresh account has ten ("Lambda quotas"), and no more than there are may be
 * promised: a queue that is throttled uses up receives of its messages, and a request that is throttled is turned away.
 */
interface AccountPlaces {
  /** `MaximumConcurrency` of each event source mapping. */
  jobs: number;
  bulk: number;
  intake: number;
  sweeps: number;
  /** None without webhooks. */
  hooks: number;
  /** What requests for avatars may hold; none where there are no avatars. */
  avatars: number;
  /** What is left: places that other requests may hold. */
  requests: number;
}

/** A fresh account's quota, and the least that the four mappings and requests fit into. */
export const LEAST_ACCOUNT_CONCURRENCY = 10;
/** With webhooks there are five. Their two places can be nobody else's: Lambda reserves none where a hundred would not be left. */
export const LEAST_WITH_WEBHOOKS = 12;

/** Lambda's bounds of a mapping's `MaximumConcurrency` ("Configuring maximum concurrency for Amazon SQS event sources"). */
const MAPPING = { least: 2, most: 1_000 };
/** Of an account's places. People wait for jobs; an import may take its time, whatever the account has. */
const SHARES = { jobs: 0.25, bulk: 0.05 };
const MOST_BULK = 50;
/** Of the places of requests: every view that the CDN cannot answer needs one, but only for a moment. */
const AVATARS = { share: 0.1, least: 1, most: 50 };

/** Lambda keeps so many for functions that have none reserved (its guide, "Configuring reserved concurrency"). */
const LEAST_UNRESERVED = 100;

/** Whether a function may have so many places of the account's to itself. */
export const isReservable = (places: number, accountConcurrency: number): boolean =>
  accountConcurrency - places >= LEAST_UNRESERVED;

/** What a deployment has beside the APIs and imports. */
interface Extras {
  avatars?: boolean;
  webhooks?: boolean;
}

export function accountPlaces(
  accountConcurrency: number,
  { avatars: hasAvatars = false, webhooks: hasWebhooks = false }: Extras = {},
): AccountPlaces {
  // One for what just happened, and one for what is slow or tried again. All others share what they leave.
  const hooks = hasWebhooks ? MAPPING.least : 0;
  const places = accountConcurrency - hooks;
  const share = (part: number, most: number) => Math.min(most, Math.max(MAPPING.least, Math.floor(places * part)));
  const jobs = share(SHARES.jobs, MAPPING.most);
  const bulk = share(SHARES.bulk, MOST_BULK);
  // Each sweep reads whole tables: more would only be in each other's way.
  const sweeps = MAPPING.least;
  const left = places - jobs - 2 * bulk - sweeps;
  const avatars = hasAvatars ? Math.min(AVATARS.most, Math.max(AVATARS.least, Math.floor(left * AVATARS.share))) : 0;
  return { jobs, bulk, intake: bulk, sweeps, hooks, avatars, requests: left - avatars };
}

/** What API Gateway lets through to a method: so many at once, and so many a second after that (its guide, "token bucket"). */
export interface Throttle {
  burst: number;
  requestsPerSecond: number;
}

/**
 * How long a request holds its place, seconds. An upload: `npm run bench -- critical-path`, with 25 ms added to each AWS call. A read: the
 * p50 of `npm run load`, and room. An avatar: two reads of a record and one of a picture, one after the other.
 */
const HOLDS_SECONDS = { upload: 0.22, read: 0.02, avatar: 0.05 };
/** Uploads at once, for each place: clients that were turned away come back on whole seconds, several at a time. */
const BURST_PER_PLACE = 2;
/** What comes at once beside a steady rate: a page that begins, a list of faces. It changes nothing of what a day can cost. */
const BURST_SECONDS = 10;
/** API Gateway's own for an account (its guide, "Quotas"). */
const MAX_BURST = 5_000;

/** The throttles of each API's stage: of the methods that take uploads, and of all others. */
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
 * The throttle of avatars: what their places take. So many at once as there are places twice over, for a page of faces comes all together;
 * no more, for what finds no place of theirs takes one of uploads' for as long as its process loads its code.
 */
export function avatarThrottle(avatarPlaces: number, maxRequestsPerSecond: number): Throttle {
  const rate = Math.max(1, Math.min(maxRequestsPerSecond, Math.floor(avatarPlaces / HOLDS_SECONDS.avatar)));
  return { burst: Math.max(avatarPlaces * BURST_PER_PLACE, 1), requestsPerSecond: rate };
}
