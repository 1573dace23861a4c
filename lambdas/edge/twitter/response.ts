import type { RateLimitStatus } from '../../core/rate-limit.ts';
import type { Refusal } from '../../core/refusal.ts';
import { GATEWAY_RESPONSES } from '../gateway-responses.ts';
import type { HttpResponse } from '../http-response.ts';
import { twitterError } from './error-messages.ts';

export const twitterOk = (body: unknown, rateLimit: RateLimitStatus): HttpResponse =>
  answer(200, body, rateHeaders(rateLimit));

/** `path` is repeated in the older shape of Twitter's errors. */
export function twitterRefusal(refusal: Refusal, path: string, rateLimit?: RateLimitStatus): HttpResponse {
  const { status, code, message } = twitterError(refusal);
  const body = code === undefined ? { request: path, error: message } : { errors: [{ code, message }] };
  return answer(status, body, rateLimit && rateHeaders(rateLimit));
}

/** The answer to a fault of ours: the same as the gateway's. */
export function twitterFault(): HttpResponse {
  const { status, body } = GATEWAY_RESPONSES.twitter.DEFAULT_5XX;
  return answer(status, JSON.parse(body));
}

/** The legacy redirect to a picture, with the page that the real one sent. */
export const twitterRedirect = (location: string): HttpResponse => ({
  status: 302,
  headers: { ...NO_STORE, Location: location, 'Content-Type': 'text/html; charset=utf-8' },
  body: `<html><body>You are being <a href="${location}">redirected</a>.</body></html>`,
});

const NO_STORE = {
  'Cache-Control': 'no-cache, no-store, must-revalidate, pre-check=0, post-check=0',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
};

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers: { ...NO_STORE, 'Content-Type': 'application/json;charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

const rateHeaders = ({ limit, remaining, resetsAtSeconds }: RateLimitStatus): Record<string, string> => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(resetsAtSeconds),
});
