import { type BucketStatus, CHANGES_PER_HOUR, HOUR_SECONDS } from '../../core/rate-limit.ts';
import type { HttpResponse } from '../http-response.ts';
import { v1Refusal } from './error-messages.ts';

/**
 * Adds the caller's limit to an answer (draft-ietf-httpapi-ratelimit-headers-10): the quota `q` in a window of `w`
 * seconds, the remaining requests `r`, and the seconds `t` until there is one more.
 */
export const withRateLimit = (answer: HttpResponse, status: BucketStatus): HttpResponse => ({
  ...answer,
  headers: {
    ...answer.headers,
    'RateLimit-Policy': `"changes";q=${CHANGES_PER_HOUR};w=${HOUR_SECONDS}`,
    RateLimit: `"changes";r=${status.remaining};t=${seconds(status)}`,
  },
});

/** The answer if none remains. */
export function rateLimited(status: BucketStatus, nowSeconds: number): HttpResponse {
  const resetsAtSeconds = Math.floor(nowSeconds) + seconds(status);
  const answer = v1Refusal({ code: 'rate-limited', limit: CHANGES_PER_HOUR, resetsAtSeconds });
  return withRateLimit(
    { ...answer, headers: { ...answer.headers, 'Retry-After': String(Math.max(1, seconds(status))) } },
    status,
  );
}

const seconds = ({ nextInMs }: BucketStatus): number => Math.ceil(nextInMs / 1_000);
