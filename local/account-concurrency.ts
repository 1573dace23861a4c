import type { FunctionError } from './runtime-api.ts';

/**
 * The concurrent executions of an account, which all of its functions share (Lambda's guide, "Understanding Lambda function scaling").
 * Nothing waits for a place: what finds none is refused at once.
 */
export interface AccountConcurrency {
  /** A place, to be given back by calling what is returned; undefined when all are taken. */
  take: () => (() => void) | undefined;
}

/** A fresh account's quota (Lambda's guide, "Lambda quotas": "New AWS accounts have reduced concurrency"). */
export const FRESH_ACCOUNT_CONCURRENCY = 10;

export function accountConcurrency(places: number): AccountConcurrency {
  let taken = 0;
  return {
    take() {
      if (taken >= places) return undefined;
      taken += 1;
      let isTaken = true;
      return () => {
        if (isTaken) taken -= 1;
        isTaken = false;
      };
    },
  };
}

/** Lambda's 429 to an invocation that finds no place (its API, Invoke). */
export const TOO_MANY_REQUESTS = 'TooManyRequestsException';
export const tooManyRequests: FunctionError = { errorType: TOO_MANY_REQUESTS, errorMessage: 'Rate Exceeded.' };
