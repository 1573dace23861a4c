import { createHmac } from 'node:crypto';

/**
 * OAuth 1.0a signatures (RFC 5849, HMAC-SHA1), without any look-up: what was sent, what is signed, whether it matches.
 * Section numbers are the RFC's.
 */

/** A decoded name and value. */
export type Parameter = [name: string, value: string];

/** What a signature covers, as the server received it. */
export interface SignedRequest {
  verb: string;
  /** Scheme, host and path as the client wrote them, without the query. */
  url: string;
  /** From the query. */
  query: Parameter[];
  /** From a body of type application/x-www-form-urlencoded. No other body is signed (3.4.1.3.1). */
  form: Parameter[];
  /** From the `Authorization` header, without `realm`; empty if the protocol parameters are in query or form. */
  oauth: Parameter[];
}

/** Percent-encoding of section 3.6: everything but the unreserved characters of RFC 3986, in UTF-8. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The signature base string (3.4.1). */
export function signatureBase({ verb, url, query, form, oauth }: SignedRequest): string {
  // Protocol parameters may be in query or form as well. The signature itself is never signed (3.4.1.3.1).
  const signed = [...query, ...form, ...oauth].filter(([name]) => name !== 'oauth_signature');
  // Sorted by encoded name, then encoded value, bytewise (3.4.1.3.2). Encoded text is ASCII, so `<` is bytewise.
  const normalized = signed
    .map(([name, value]): Parameter => [percentEncode(name), percentEncode(value)])
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return [verb.toUpperCase(), baseUrl(url), normalized].map(percentEncode).join('&');
}

/** The HMAC-SHA1 signature of a base string, in base64 (3.4.2). */
export const hmacSha1 = (base: string, consumerSecret: string, tokenSecret: string): string =>
  createHmac('sha1', `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`)
    .update(base)
    .digest('base64');

/**
 * The decoded parameters of an `Authorization: OAuth …` header (3.5.1). Quotes and the space after a comma may be
 * missing. Parameters that are not the protocol's are left out: clients do put them there.
 * Undefined if the header has another scheme.
 */
export function readAuthorization(header: string): Parameter[] | undefined {
  const listed = /^\s*oauth\s+(.*)$/is.exec(header)?.[1];
  return listed
    ?.split(',')
    .map((pair) => /^\s*([^=\s]+)\s*=\s*"?([^"]*?)"?\s*$/.exec(pair))
    .flatMap((match): Parameter[] => (match === null ? [] : [[decode(match[1] ?? ''), decode(match[2] ?? '')]]))
    .filter(([name]) => name.startsWith('oauth_'));
}

/** Lower-case scheme and host, no default port (3.4.1.2). */
function baseUrl(url: string): string {
  const [, scheme, host, path] = /^([a-z]+):\/\/([^/]+)(\/[^?#]*)?/i.exec(url) ?? [];
  const defaultPort = scheme?.toLowerCase() === 'https' ? ':443' : ':80';
  const bareHost = host?.toLowerCase() ?? '';
  const withoutPort = bareHost.endsWith(defaultPort) ? bareHost.slice(0, -defaultPort.length) : bareHost;
  return `${scheme?.toLowerCase()}://${withoutPort}${path ?? '/'}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Percent-decodes, and leaves a malformed text as it is: a header may have anything in it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
