import type { Dialect } from './routes.ts';

/**
 * What is answered before any function runs: by the edge function (over-large bodies) and by API Gateway (its gateway
 * responses). Worded a dialect, because clients parse these too: `@slack/web-api` retries any status but 200 and 429 ten
 * times, so Slack's answers are 200 wherever AWS lets us choose.
 */
export interface GatewayResponse {
  status: number;
  contentType: string;
  /** A complete JSON document. */
  body: string;
  headers?: Record<string, string>;
}

/** API Gateway's gateway response types that we word; its other types fall back to DEFAULT_4XX or DEFAULT_5XX. */
export type GatewayFailure =
  | 'REQUEST_TOO_LARGE'
  | 'THROTTLED'
  | 'MISSING_AUTHENTICATION_TOKEN'
  | 'DEFAULT_4XX'
  | 'DEFAULT_5XX';

const SLACK_JSON = 'application/json; charset=utf-8';
const PROBLEM_JSON = 'application/problem+json';

// The edge function runs this file too, in a JavaScript without default arguments.
const slack = (error: string, status?: number, headers?: Record<string, string>): GatewayResponse => ({
  status: status ?? 200,
  contentType: SLACK_JSON,
  body: JSON.stringify({ ok: false, error }),
  headers: {
    'Cache-Control': 'no-store',
    // As the methods' own answers: without these a page of another site cannot read what went wrong.
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'x-slack-req-id, retry-after',
    ...headers,
  },
});

const TWITTER_JSON = 'application/json;charset=utf-8';

const twitter = (status: number, code: number, message: string, headers?: Record<string, string>): GatewayResponse => ({
  status,
  contentType: TWITTER_JSON,
  // With API Gateway's default body, which has no `errors`, the `twit` client takes a refused upload for a success.
  body: JSON.stringify({ errors: [{ code, message }] }),
  ...(headers && { headers }),
});

const problem = (status: number, title: string, headers?: Record<string, string>): GatewayResponse => ({
  status,
  contentType: PROBLEM_JSON,
  body: JSON.stringify({ type: 'about:blank', title, status }),
  ...(headers && { headers }),
});

export const GATEWAY_RESPONSES: Record<Dialect, Record<GatewayFailure, GatewayResponse>> = {
  slack: {
    REQUEST_TOO_LARGE: slack('too_large'),
    // Without a Retry-After that parses, the Node client gives up instead of waiting.
    THROTTLED: slack('ratelimited', 429, { 'Retry-After': '1' }),
    MISSING_AUTHENTICATION_TOKEN: slack('unknown_method'),
    DEFAULT_4XX: slack('invalid_arguments'),
    DEFAULT_5XX: slack('internal_error'),
  },
  twitter: {
    REQUEST_TOO_LARGE: twitter(422, 120, 'Account update failed: the image must be less than 700 kilobytes.'),
    THROTTLED: twitter(429, 88, 'Rate limit exceeded', { 'Retry-After': '1' }),
    MISSING_AUTHENTICATION_TOKEN: twitter(404, 34, 'Sorry, that page does not exist.'),
    DEFAULT_4XX: twitter(400, 214, 'Bad request.'),
    DEFAULT_5XX: twitter(500, 131, 'Internal error'),
  },
  v1: {
    REQUEST_TOO_LARGE: problem(413, 'Content Too Large'),
    THROTTLED: problem(429, 'Too Many Requests', { 'Retry-After': '1' }),
    MISSING_AUTHENTICATION_TOKEN: problem(404, 'Not Found'),
    DEFAULT_4XX: problem(400, 'Bad Request'),
    DEFAULT_5XX: problem(500, 'Internal Server Error'),
  },
};
