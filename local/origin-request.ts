import { type CachePolicy, keyQuery, takenEncodings } from './cache-policies.ts';
import type { OriginRequestPolicy } from './origin-request-policy.ts';
import { type HeaderList, type ViewerRequest, withoutHeaders } from './viewer-request.ts';

/**
 * The request that CloudFront sends to an origin: what the origin request policy forwards, and what is in the cache key
 * ("controlling the cache key"). Where compressed answers are kept, CloudFront sets Accept-Encoding: those of the
 * policy's encodings that the viewer accepts, or `identity`.
 */
export function originRequest(
  request: ViewerRequest,
  { forwarding, cachePolicy }: { forwarding: OriginRequestPolicy; cachePolicy: CachePolicy },
): ViewerRequest {
  const forwarded = forwarding.headers(request.headers);
  const names = new Set(forwarded.map(([name]) => name.toLowerCase()));
  const ofKey = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return cachePolicy.keyHeaders.includes(lower) && !names.has(lower);
  });
  const headers = [...forwarded, ...ofKey];
  const passed = forwarding.query(request.query);
  return {
    ...request,
    headers: cachePolicy.encodings.length === 0 ? headers : withEncodings(headers, request, cachePolicy),
    query: passed === '' ? keyQuery(cachePolicy, request.query) : passed,
  };
}

function withEncodings(headers: HeaderList, request: ViewerRequest, policy: CachePolicy): HeaderList {
  const taken = takenEncodings(policy, request.headers, request.httpVersion);
  const value = taken.length > 0 ? taken.join(',') : 'identity';
  const isSent = request.headers.some(([name]) => name.toLowerCase() === 'accept-encoding');
  return [
    ...withoutHeaders(headers, ['accept-encoding']),
    ...(isSent ? [['Accept-Encoding', value] satisfies [string, string]] : []),
  ];
}
