import { PRICES } from '../infra/prices.ts';

/**
 * A line of a bill: how much of something an upload (or view, or month) takes, and the price of one unit, in dollars.
 */
export interface Line {
  what: string;
  each: number;
  price: number;
}

export const dollars = (lines: Line[], times: number): number =>
  times * lines.reduce((sum, { each, price }) => sum + each * price, 0);

export const GB = 1e9;

/** The share of views that the CDN answers itself. Popular photos have more, those of an office of a hundred fewer. */
export const CACHE_HITS = 0.9;

/** One view of a picture of so many bytes, from the CDN. */
export const viewLines = (bytes: number): Line[] => [
  { what: 'CloudFront: request', each: 1, price: PRICES.cloudFrontHttpsRequest },
  { what: 'CloudFront: edge function', each: 1, price: PRICES.cloudFrontFunctionInvocation },
  { what: 'CloudFront: GB out', each: (bytes + 500) / GB, price: PRICES.cloudFrontGbOut },
  { what: 'S3: GET, one in ten', each: 1 - CACHE_HITS, price: PRICES.s3GetRequest },
];

/**
 * The same view if pictures were made on demand: a function and a GET of the master, and nothing kept but by the CDN.
 */
export const renderedViewLines = (bytes: number, renderMs: number, memoryGb: number): Line[] => [
  ...viewLines(bytes),
  { what: 'Lambda: requests, one in ten', each: 1 - CACHE_HITS, price: PRICES.lambdaRequest },
  {
    what: 'Lambda: GB-s, one in ten',
    each: ((1 - CACHE_HITS) * renderMs * memoryGb) / 1e3,
    price: PRICES.lambdaGbSecondX86,
  },
  { what: 'API Gateway: request, one in ten', each: 1 - CACHE_HITS, price: PRICES.apiGatewayRestRequest },
];

/** The time and memory of the avatar function for one miss (`infra/account-places.ts`, `infra/deploy-settings.ts`). */
const AVATAR = { seconds: 0.05, gb: 1 };

/**
 * One view of an avatar of so many bytes. A miss is one call, half a read unit for the hash, half for the user, and the
 * picture.
 */
export const avatarLines = (bytes: number): Line[] => [
  ...viewLines(bytes),
  { what: 'Lambda: requests, one in ten', each: 1 - CACHE_HITS, price: PRICES.lambdaRequest },
  {
    what: 'Lambda: GB-s, one in ten',
    each: (1 - CACHE_HITS) * AVATAR.seconds * AVATAR.gb,
    price: PRICES.lambdaGbSecondX86,
  },
  { what: 'API Gateway: request, one in ten', each: 1 - CACHE_HITS, price: PRICES.apiGatewayRestRequest },
  { what: 'DynamoDB: read unit, one in ten', each: 1 - CACHE_HITS, price: PRICES.dynamoReadUnit },
];

interface IdleResources {
  alarms: number;
  secrets: number;
  queuesPolled: number;
}

/**
 * Lambda keeps five pollers at a queue, each of which waits up to 20 seconds for a message (its guide, "SQS polling").
 */
const POLLS_A_MONTH = (5 * 30 * 86_400) / 20;

/** A month in which nobody calls. */
export const idleLines = ({ alarms, secrets, queuesPolled }: IdleResources): Line[] => [
  { what: 'Secrets Manager: secrets', each: secrets, price: PRICES.secretMonth },
  { what: 'CloudWatch: alarms', each: alarms, price: PRICES.alarmMonth },
  { what: 'CloudWatch: dashboard', each: 1, price: PRICES.dashboardMonth },
  { what: "SQS: Lambda's own polling", each: queuesPolled * POLLS_A_MONTH, price: PRICES.sqsRequest },
];
