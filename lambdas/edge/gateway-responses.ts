import type { Dialect } from './routes.ts';

/**
 * What is answered before any function runs: by the edge function (over-large bodies) and by API Gateway (its gateway
 * responses). Worded a dialect, because clients parse these too: `@slack/web-api` retries any status but 200 and 429 ten
 * times, so Slack's answers are 200 wherever AWS lets us choose.
 */
export interface GatewayResponse {
  status: number;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
  /** It has a `Retry-After`, of the seconds that the edge function chose for this request. */
  isToTryAgain?: boolean;
}

/**
 * Set by the edge function, at random for each request, and told by API Gateway as `Retry-After`: whoever comes back after the same time
 * as everybody else meets everybody again. API Gateway's templates can count nothing themselves.
 */
export const RETRY_AFTER_HEADER = 'x-headshot-retry-after';
/** Whole seconds, the most of them: as long as a fresh account takes for 60 uploads, about. */
export const MAX_RETRY_AFTER_SECONDS = 6;

/** API Gateway's gateway response types that we word; its other types fall back to DEFAULT_4XX or DEFAULT_5XX. */
export type GatewayFailure =
  | 'REQUEST_TOO_LARGE'
  | 'THROTTLED'
  /** A function that is throttled, or crashed: API Gateway tells the two apart no more than this. */
  | 'INTEGRATION_FAILURE'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'DEFAULT_4XX'
  | 'DEFAULT_5XX';

const SLACK_JSON = 'application/json; charset=utf-8';
const PROBLEM_JSON = 'application/problem+json';

// The edge function runs this file too, in a JavaScript without default arguments.
const slack = (error: string, status?: number): GatewayResponse => ({
  status: status ?? 200,
  contentType: SLACK_JSON,
  body: JSON.stringify({ ok: false, error }),
  headers: {
    'Cache-Control': 'no-store',
    // As the methods' own answers: without these a page of another site cannot read what went wrong.
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'x-slack-req-id, retry-after',
  },
});

const TWITTER_JSON = 'application/json;charset=utf-8';

const twitter = (status: number, code: number, message: string): GatewayResponse => ({
  status,
  contentType: TWITTER_JSON,
  // With API Gateway's default body, which has no `errors`, the `twit` client takes a refused upload for a success.
  body: JSON.stringify({ errors: [{ code, message }] }),
});

const problem = (status: number, title: string, detail?: string): GatewayResponse => ({
  status,
  contentType: PROBLEM_JSON,
  // Undefined is left out.
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
});

const again = (answer: GatewayResponse): GatewayResponse => ({ ...answer, isToTryAgain: true });
// Without a Retry-After that parses, Slack's Node client gives up instead of waiting.
const SLACK_AGAIN = again(slack('ratelimited', 429));
const TWITTER_AGAIN = again(twitter(429, 88, 'Rate limit exceeded'));
const PROBLEM_AGAIN = again(problem(429, 'Too Many Requests'));

export const GATEWAY_RESPONSES: Record<Dialect, Record<GatewayFailure, GatewayResponse>> = {
  slack: {
    REQUEST_TOO_LARGE: slack('too_large'),
    THROTTLED: SLACK_AGAIN,
    INTEGRATION_FAILURE: SLACK_AGAIN,
    MISSING_AUTHENTICATION_TOKEN: slack('unknown_method'),
    DEFAULT_4XX: slack('invalid_arguments'),
    DEFAULT_5XX: slack('internal_error'),
  },
  twitter: {
    REQUEST_TOO_LARGE: twitter(422, 120, 'Account update failed: the image must be less than 700 kilobytes.'),
    THROTTLED: TWITTER_AGAIN,
    INTEGRATION_FAILURE: TWITTER_AGAIN,
    MISSING_AUTHENTICATION_TOKEN: twitter(404, 34, 'Sorry, that page does not exist.'),
    DEFAULT_4XX: twitter(400, 214, 'Bad request.'),
    DEFAULT_5XX: twitter(500, 131, 'Internal error'),
  },
  v1: {
    REQUEST_TOO_LARGE: problem(413, 'Content Too Large', 'More than 4.5 MB goes by POST /v1/photo/uploads.'),
    THROTTLED: PROBLEM_AGAIN,
    INTEGRATION_FAILURE: PROBLEM_AGAIN,
    MISSING_AUTHENTICATION_TOKEN: problem(404, 'Not Found'),
    DEFAULT_4XX: problem(400, 'Bad Request'),
    DEFAULT_5XX: problem(500, 'Internal Server Error'),
  },
};
