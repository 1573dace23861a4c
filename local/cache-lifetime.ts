import type { CachePolicy } from './cache-policies.ts';
import { type HttpResponse, headerValue } from './viewer-request.ts';

/** CloudFront's error caching minimum TTL, unless the distribution has another. */
const DEFAULT_ERROR_SECONDS = 10;

/**
 * The error statuses that CloudFront keeps ("HTTP 4xx and 5xx status codes"). By its guide it keeps some of them only
 * with a `max-age`; but S3's 403, which has none, was seen to be kept, so a laptop keeps them all.
 */
const KEPT_ERRORS = [400, 403, 404, 405, 412, 414, 415, 416, 500, 501, 502, 503, 504];

/**
 * How long the edge keeps an answer, in seconds; 0 is not at all. By "Managing how long content stays in the cache":
 * for `no-store`, `no-cache` and `private` the policy's minimum; otherwise `s-maxage`, `max-age`, `Expires` or the
 * policy's default, within its bounds. For an error, whatever the policy, the error caching minimum TTL or its own
 * `max-age`, whichever is longer.
 * @param errorSeconds the distribution's error caching minimum TTLs, by status
 */
export function lifetimeSeconds(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  policy: CachePolicy,
  errorSeconds: ReadonlyMap<number, number>,
  nowMs: number,
): number {
  const control = directives(headerValue(headers, 'cache-control') ?? '');
  const maxAge = seconds(control.get('s-maxage')) ?? seconds(control.get('max-age'));
  if (status >= 400) {
    if (!KEPT_ERRORS.includes(status)) return 0;
    return Math.max(errorSeconds.get(status) ?? DEFAULT_ERROR_SECONDS, maxAge ?? 0);
  }
  const { minTtlSeconds, defaultTtlSeconds, maxTtlSeconds } = policy;
  if (maxTtlSeconds === 0) return 0;
  if (['no-store', 'no-cache', 'private'].some((directive) => control.has(directive))) return minTtlSeconds;
  const expires = Date.parse(headerValue(headers, 'expires') ?? '');
  const wanted = maxAge ?? (Number.isNaN(expires) ? undefined : Math.max(0, (expires - nowMs) / 1_000));
  if (wanted === undefined) return Math.max(minTtlSeconds, defaultTtlSeconds);
  return Math.min(Math.max(minTtlSeconds, wanted), maxTtlSeconds);
}

function directives(control: string): Map<string, string> {
  return new Map(
    control
      .toLowerCase()
      .split(',')
      .map((directive) => {
        const [name = '', value = ''] = directive.trim().split('=');
        return [name.trim(), value.trim().replaceAll('"', '')];
      }),
  );
}

const seconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
