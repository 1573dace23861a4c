import type { Dialect } from './routes.ts';

/**
 * The answers before any function runs: by the edge function (bodies that are too large) and by API Gateway (its
 * gateway responses). Each dialect has its own, because clients parse them. Slack's are 200 wherever AWS lets us
 * choose: `@slack/web-api` retries any status but 200 and 429 ten times.
 */
export interface GatewayResponse {
  status: number;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
  /** Has a `Retry-After`, with the seconds that the edge function chose for this request. */
  isToTryAgain?: boolean;
}

/**
 * The edge function sets this to a random number of seconds, and API Gateway returns it as `Retry-After`. If all
 * clients came back after the same time, they would meet again. API Gateway's templates have no random numbers.
 */
export const RETRY_AFTER_HEADER = 'x-headshot-retry-after';
/** Whole seconds. A fresh account takes about this long for 60 uploads. */
export const MAX_RETRY_AFTER_SECONDS = 6;

/** The gateway response types that we word. The others fall back to DEFAULT_4XX or DEFAULT_5XX. */
export type GatewayFailure =
  | 'REQUEST_TOO_LARGE'
  | 'THROTTLED'
  /** The function was throttled or crashed. API Gateway does not say which. */
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
    // As in the methods' own answers. Without these, a page of another site cannot read what went wrong.
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'x-slack-req-id, retry-after',
  },
});

const TWITTER_JSON = 'application/json;charset=utf-8';

const twitter = (status: number, code: number, message: string): GatewayResponse => ({
  status,
  contentType: TWITTER_JSON,
  // API Gateway's default body has no `errors`, and the `twit` client would take a refused upload for a success.
  body: JSON.stringify({ errors: [{ code, message }] }),
});

const problem = (status: number, title: string, detail?: string): GatewayResponse => ({
  status,
  contentType: PROBLEM_JSON,
  // JSON leaves out what is undefined.
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
});

const again = (answer: GatewayResponse): GatewayResponse => ({ ...answer, isToTryAgain: true });
// Without a `Retry-After` that parses, Slack's Node client gives up instead of waiting.
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
