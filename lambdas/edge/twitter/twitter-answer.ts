import type { Allowance } from '../../core/allowance.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Answer } from '../answer.ts';
import { GATEWAY_ANSWERS } from '../gateway-answers.ts';
import { twitterError } from './twitter-words.ts';

export const twitterOk = (body: unknown, allowance: Allowance): Answer => answer(200, body, rateHeaders(allowance));

/** A refusal; `path` is what was asked, which the older shape of Twitter's errors repeats. */
export function twitterRefusal(refusal: Refusal, path: string, allowance?: Allowance): Answer {
  const { status, code, message } = twitterError(refusal);
  const body = code === undefined ? { request: path, error: message } : { errors: [{ code, message }] };
  return answer(status, body, allowance && rateHeaders(allowance));
}

/** What a caller sees of a fault of ours: the same as when the gateway finds it. */
export function twitterFault(): Answer {
  const { status, body } = GATEWAY_ANSWERS.twitter.DEFAULT_5XX;
  return answer(status, JSON.parse(body));
}

/** The legacy redirect to a picture, with the page that the real one sent along. */
export const twitterRedirect = (location: string): Answer => ({
  status: 302,
  headers: { ...NO_STORE, Location: location, 'Content-Type': 'text/html; charset=utf-8' },
  body: `<html><body>You are being <a href="${location}">redirected</a>.</body></html>`,
});

const NO_STORE = {
  'Cache-Control': 'no-cache, no-store, must-revalidate, pre-check=0, post-check=0',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
};

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...NO_STORE, 'Content-Type': 'application/json;charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

const rateHeaders = ({ limit, remaining, resetsAtSeconds }: Allowance): Record<string, string> => ({
  'x-rate-limit-limit': String(limit),
  'x-rate-limit-remaining': String(remaining),
  'x-rate-limit-reset': String(resetsAtSeconds),
});
