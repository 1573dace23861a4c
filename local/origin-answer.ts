import type { CachePolicy } from './cache-policies.ts';
import type { OriginRequestPolicy } from './origin-request-policy.ts';
import { type HeaderList, type HttpResponse, withoutHeaders } from './viewer-request.ts';

/**
 * What CloudFront removes from every answer of an origin ("HTTP response headers that CloudFront removes or replaces").
 */
const REMOVED = ['trailer', 'upgrade'];

/**
 * An origin's answer as CloudFront passes it on: without cookies where none are forwarded, and in `Vary` only what the
 * origin could have used: the encoding, cookies, and the headers that it was sent.
 */
export function originAnswer(
  answer: HttpResponse,
  { forwarding, cachePolicy }: { forwarding: OriginRequestPolicy; cachePolicy: CachePolicy },
): HttpResponse {
  const isSent = (name: string) =>
    cachePolicy.keyHeaders.includes(name) ||
    forwarding.headers([[name, 'x']]).some(([passed]) => passed.toLowerCase() === name);
  const takesCookies = isSent('cookie') || cachePolicy.isKeyCookie('');
  const headers = withoutHeaders(answer.headers, takesCookies ? REMOVED : [...REMOVED, 'set-cookie']);
  return { ...answer, headers: headers.flatMap((header) => withVary(header, isSent)) };
}

function withVary([name, value]: HeaderList[number], isSent: (name: string) => boolean): HeaderList {
  if (name.toLowerCase() !== 'vary') return [[name, value]];
  const kept = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => ['accept-encoding', 'cookie'].includes(part.toLowerCase()) || isSent(part.toLowerCase()));
  return kept.length === 0 ? [] : [[name, kept.join(', ')]];
}
