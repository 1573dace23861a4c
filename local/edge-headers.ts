/**
 * What an edge function may not see or change ("Restrictions on all edge functions", HTTP headers). A function that
 * tries gets its viewer a 502.
 */
const DISALLOWED =
  /^(?:connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade|x-accel-(?:buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(?:auth|cf-billing|cf-id|cf-xff|errortype|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** In viewer request events they may be read, not changed. */
const READ_ONLY = ['content-length', 'host', 'transfer-encoding', 'via'];

/** @param name in lower case */
export const isHiddenFromFunctions = (name: string): boolean => DISALLOWED.test(name);

type Values = Record<string, unknown>;

/** @throws Error that names the header, when a function added a disallowed one, or changed one that it may only read */
export function checkHeaders(before: Values, after: Values): void {
  const added = Object.keys(after).find((name) => isHiddenFromFunctions(name.toLowerCase()));
  if (added !== undefined) throw new Error(`the edge function may not set ${added}`);
  const upper = Object.keys(after).find((name) => name !== name.toLowerCase());
  if (upper !== undefined) throw new Error(`the edge function sets ${upper}: names must be in lower case`);
  const changed = READ_ONLY.find((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  if (changed !== undefined) throw new Error(`the edge function may not change ${changed}`);
}

/** "The total size of the URI, including the query string, must be less than 8,192 characters." */
const MAX_URI_CHARACTERS = 8_192;

/** @throws Error for a path or a query that CloudFront does not accept from a function */
export function checkUri(path: string, query: string, isQueryChanged: boolean): void {
  if (path.length + query.length + 1 >= MAX_URI_CHARACTERS) throw new Error('the edge function made a URI too long');
  const isPlain = [...query].every((character) => character > ' ' && character !== '\x7f' && character !== '#');
  if (isQueryChanged && !isPlain) throw new Error('the edge function made a query that needs percent-encoding');
}
