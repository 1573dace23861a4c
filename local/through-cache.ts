import { conditionalResponse } from './byte-ranges.ts';
import { lifetimeSeconds } from './cache-lifetime.ts';
import { type CachePolicy, cacheKey, keyQuery, takenEncodings } from './cache-policies.ts';
import { compressed, encodingFor } from './compression.ts';
import type { EdgeCache, Kept } from './edge-cache.ts';
import {
  type HeaderList,
  type HttpResponse,
  headerValue,
  type ViewerRequest,
  withoutHeaders,
} from './viewer-request.ts';

/** What a behaviour says about caching and compression. */
export interface CachedBehaviour {
  cachePolicy: CachePolicy;
  compresses: boolean;
}

export interface CacheTerms extends CachedBehaviour {
  cache: EdgeCache;
  /** Error caching minimum TTLs, by status. */
  errorSeconds: ReadonlyMap<number, number>;
}

/** The edge's word for an answer, in its `x-cache`. */
type Result = 'Hit' | 'Miss' | 'RefreshHit' | 'Error';

/**
 * Answers from the edge's cache, or from the origin by way of it. A fresh answer is served as it is, a stale one after
 * the origin was asked whether it is still valid, anything else anew. A 5xx does not replace what is kept ("The
 * requested object is in the edge cache").
 * @param request after the edge function
 */
export async function throughCache(
  request: ViewerRequest,
  { cache, cachePolicy, compresses, errorSeconds }: CacheTerms,
  askOrigin: (request: ViewerRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const isKept = request.method === 'GET' || request.method === 'HEAD';
  if (!isKept) return said(await askOrigin(request), 'Miss');
  const taken = takenEncodings(cachePolicy, request.headers, request.httpVersion);
  const key = cacheKey(cachePolicy, request, taken);
  const kept = keptFor(cache, key);
  if (kept !== undefined && kept.freshUntilMs > Date.now()) return serve(kept, request, 'Hit');

  const isCaching = cachePolicy.maxTtlSeconds > 0;
  const mark = cache.mark();
  const got = await askOrigin(isCaching ? wholeOf(request, kept) : request);
  const nowMs = Date.now();
  const remember = (answer: HttpResponse, seconds: number): Kept => {
    const query = keyQuery(cachePolicy, request.query);
    const uri = query === '' ? request.path : `${request.path}?${query}`;
    const entry = { answer, uri, keptAtMs: nowMs, freshUntilMs: nowMs + seconds * 1_000 };
    if (seconds > 0) cache.keep(key, entry, mark);
    return entry;
  };
  if (kept !== undefined && got.status === 304) {
    const seconds = lifetimeSeconds({ status: 200, headers: got.headers }, cachePolicy, errorSeconds, nowMs);
    return serve(remember(kept.answer, seconds), request, 'RefreshHit');
  }
  const seconds = lifetimeSeconds(got, cachePolicy, errorSeconds, nowMs);
  if (kept !== undefined && kept.answer.status < 400 && got.status >= 500) {
    return serve(remember(kept.answer, seconds), request, 'Hit');
  }
  const answer = await compressed(got, compresses && isCaching ? encodingFor(got, taken) : undefined);
  const entry = remember(answer, seconds);
  return isCaching ? serve(entry, request, 'Miss') : said(answer, 'Miss');
}

/** A HEAD is also answered by what a GET has left. */
const keptFor = (cache: EdgeCache, key: string): Kept | undefined =>
  cache.get(key) ?? (key.startsWith('["HEAD"') ? cache.get(key.replace('["HEAD"', '["GET"')) : undefined);

/**
 * The request to the origin: for the whole, so that every part of it can be served later; and whether a stale answer is
 * still valid.
 */
function wholeOf(request: ViewerRequest, kept: Kept | undefined): ViewerRequest {
  const conditions = ['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
  const headers = withoutHeaders(request.headers, conditions);
  const etag = kept?.answer.status === 200 ? headerValue(kept.answer.headers, 'etag') : undefined;
  return { ...request, headers: etag === undefined ? headers : [...headers, ['if-none-match', etag]] };
}

function serve({ answer, keptAtMs }: Kept, { headers }: ViewerRequest, result: Result): HttpResponse {
  const shown = conditionalResponse(answer, headers);
  const age: HeaderList = result === 'Hit' ? [['age', String(Math.floor((Date.now() - keptAtMs) / 1_000))]] : [];
  return said({ ...shown, headers: [...withoutHeaders(shown.headers, ['age']), ...age] }, result);
}

/** An error is always called that, kept or not. */
const said = (answer: HttpResponse, result: Result): HttpResponse => ({
  ...answer,
  headers: [
    ...withoutHeaders(answer.headers, ['x-cache']),
    ['x-cache', `${answer.status >= 400 ? 'Error' : result} from cloudfront`],
  ],
});
