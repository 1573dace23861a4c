import * as z from 'zod';
import { passes } from './origin-request-policy.ts';
import type { Stack } from './stack.ts';
import { type HeaderList, headerValue, type ViewerRequest } from './viewer-request.ts';

/**
 * How long a behaviour's answers are kept, and what is in their cache key.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html
 */
export interface CachePolicy {
  minTtlSeconds: number;
  defaultTtlSeconds: number;
  /** 0: nothing is kept. */
  maxTtlSeconds: number;
  /** The encodings in which answers are kept, the better one first. CloudFront compresses in these, too. */
  encodings: Encoding[];
  /** Headers in the cache key, in lower case. They reach the origin, too. */
  keyHeaders: string[];
  isKeyParameter: (name: string) => boolean;
  isKeyCookie: (name: string) => boolean;
}

export type Encoding = 'br' | 'gzip';

const nothing = () => false;

/** AWS's managed policies, by the ids that its guide lists. */
const MANAGED: Record<string, CachePolicy> = {
  /** CachingDisabled */
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': {
    minTtlSeconds: 0,
    defaultTtlSeconds: 0,
    maxTtlSeconds: 0,
    encodings: [],
    keyHeaders: [],
    isKeyParameter: nothing,
    isKeyCookie: nothing,
  },
  /** CachingOptimized */
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    minTtlSeconds: 1,
    defaultTtlSeconds: 86_400,
    maxTtlSeconds: 31_536_000,
    encodings: ['br', 'gzip'],
    keyHeaders: [],
    isKeyParameter: nothing,
    isKeyCookie: nothing,
  },
};

/**
 * The policies of the template and AWS's own, by id. @throws Error for an unknown one, and for a behaviour without one
 */
export function cachePolicies(stack: Stack): (policyId: string | undefined) => CachePolicy {
  const own = new Map(
    stack
      .ofType('AWS::CloudFront::CachePolicy', policySchema)
      .map(({ logicalId, properties }) => [stack.ref(logicalId), fromPolicy(properties.CachePolicyConfig)]),
  );
  return (policyId) => {
    const found = policyId === undefined ? undefined : (own.get(policyId) ?? MANAGED[policyId]);
    // CloudFront wants a policy, or the older ForwardedValues, which the laptop run does not read.
    if (!found) throw new Error(`cache policy ${policyId} is not known to the laptop run`);
    return found;
  };
}

const behaviours = ['none', 'whitelist', 'allExcept', 'all'] as const;
const policySchema = z.object({
  CachePolicyConfig: z.object({
    MinTTL: z.coerce.number(),
    DefaultTTL: z.coerce.number(),
    MaxTTL: z.coerce.number(),
    ParametersInCacheKeyAndForwardedToOrigin: z.object({
      EnableAcceptEncodingBrotli: z.coerce.boolean().default(false),
      EnableAcceptEncodingGzip: z.coerce.boolean().default(false),
      HeadersConfig: z.object({
        HeaderBehavior: z.enum(['none', 'whitelist']),
        Headers: z.array(z.string()).default([]),
      }),
      QueryStringsConfig: z.object({
        QueryStringBehavior: z.enum(behaviours),
        QueryStrings: z.array(z.string()).default([]),
      }),
      CookiesConfig: z.object({ CookieBehavior: z.enum(behaviours), Cookies: z.array(z.string()).default([]) }),
    }),
  }),
});

function fromPolicy(config: z.output<typeof policySchema>['CachePolicyConfig']): CachePolicy {
  const {
    EnableAcceptEncodingBrotli: brotli,
    EnableAcceptEncodingGzip: gzip,
    HeadersConfig,
    QueryStringsConfig,
    CookiesConfig,
  } = config.ParametersInCacheKeyAndForwardedToOrigin;
  return {
    minTtlSeconds: config.MinTTL,
    defaultTtlSeconds: config.DefaultTTL,
    maxTtlSeconds: config.MaxTTL,
    encodings: [...(brotli ? ['br' as const] : []), ...(gzip ? ['gzip' as const] : [])],
    keyHeaders: HeadersConfig.HeaderBehavior === 'none' ? [] : HeadersConfig.Headers.map((name) => name.toLowerCase()),
    isKeyParameter: passes(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings),
    isKeyCookie: passes(CookiesConfig.CookieBehavior, CookiesConfig.Cookies),
  };
}

/** The part of the query in the cache key: the origin gets it, and an invalidation must spell it. */
export const keyQuery = ({ isKeyParameter }: CachePolicy, query: string): string =>
  query
    .split('&')
    .filter((pair) => pair !== '' && isKeyParameter(pair.split('=', 1)[0] ?? ''))
    .join('&');

/**
 * What an answer is kept under: the path and query after the edge function, the policy's headers and cookies, and those
 * of the policy's encodings that the viewer accepts. HEAD has keys of its own, because its answer has no content for a
 * GET.
 */
export function cacheKey(
  policy: CachePolicy,
  { method, path, query, headers }: ViewerRequest,
  taken: Encoding[],
): string {
  const values = (name: string) => headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  const cookies = values('cookie')
    .flatMap((value) => value.split(';').map((cookie) => cookie.trim()))
    .filter((cookie) => policy.isKeyCookie(cookie.split('=', 1)[0] ?? ''));
  return JSON.stringify([
    method === 'HEAD' ? 'HEAD' : 'GET',
    path,
    keyQuery(policy, query),
    policy.keyHeaders.map(values),
    cookies,
    taken,
  ]);
}

/**
 * The policy's encodings that the viewer accepts, the better one first. None for HTTP/1.0 ("Serving compressed files"),
 * and none when the policy lists Accept-Encoding among its headers.
 */
export function takenEncodings(policy: CachePolicy, headers: HeaderList, httpVersion: string): Encoding[] {
  if (httpVersion === '1.0' || policy.keyHeaders.includes('accept-encoding')) return [];
  const named = (headerValue(headers, 'accept-encoding') ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
    .map((coding) => coding.split(';', 1)[0]?.trim());
  return policy.encodings.filter((encoding) => named.includes(encoding));
}
