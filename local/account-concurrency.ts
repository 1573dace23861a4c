import type { FunctionError } from './runtime-api.ts';

/**
 * The concurrent executions of an account, which all of its functions share (Lambda's guide, "Understanding Lambda
 * function scaling"). Nothing waits for a place: what finds none is refused at once.
 */
export interface AccountConcurrency {
  /**
   * A place for a function; the returned function gives it back. Undefined when all places that it may have are taken.
   */
  take: (functionName: string) => (() => void) | undefined;
}

/** A fresh account's quota (Lambda's guide, "Lambda quotas": "New AWS accounts have reduced concurrency"). */
export const FRESH_ACCOUNT_CONCURRENCY = 10;

/**
 * Lambda keeps so many for functions without reserved concurrency (its guide, "Configuring reserved concurrency for a
 * function").
 */
const LEAST_UNRESERVED = 100;

/**
 * @param reserved the reserved concurrency of functions: theirs alone, and all that they may have
 * @throws Error when more is reserved than Lambda allows an account of so many places
 */
export function accountConcurrency(
  places: number,
  reserved: ReadonlyMap<string, number> = new Map(),
): AccountConcurrency {
  const ofAll = [...reserved.values()].reduce((sum, one) => sum + one, 0);
  if (ofAll > 0 && places - ofAll < LEAST_UNRESERVED) {
    throw new Error(
      `AWS would refuse ReservedConcurrentExecutions of ${ofAll}: an account of ${places} keeps ${LEAST_UNRESERVED} unreserved`,
    );
  }
  const taken = new Map<string, number>();
  return {
    take(functionName) {
      const own = reserved.get(functionName);
      const pool = own === undefined ? UNRESERVED : functionName;
      const before = taken.get(pool) ?? 0;
      if (before >= (own ?? places - ofAll)) return undefined;
      taken.set(pool, before + 1);
      let isTaken = true;
      return () => {
        if (isTaken) taken.set(pool, (taken.get(pool) ?? 0) - 1);
        isTaken = false;
      };
    },
  };
}

/** No function has this name. */
const UNRESERVED = '';

/** Lambda's 429 to an invocation that finds no place (its API, Invoke). */
export const TOO_MANY_REQUESTS = 'TooManyRequestsException';
export const tooManyRequests: FunctionError = { errorType: TOO_MANY_REQUESTS, errorMessage: 'Rate Exceeded.' };
