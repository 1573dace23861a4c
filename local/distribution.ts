import * as z from 'zod';
import { cachePolicies } from './cache-policies.ts';
import { type EdgeFunction, edgeFunction } from './edge-function.ts';
import { type OriginRequestPolicy, originRequestPolicies } from './origin-request-policy.ts';
import { type ResponseHeaders, responseHeaders } from './response-headers.ts';
import type { Stack } from './stack.ts';
import type { CachedBehaviour } from './through-cache.ts';
import type { HeaderList } from './viewer-request.ts';

/** The template's CloudFront distribution, as far as requests depend on it. */
export interface Distribution {
  /** The behaviour of a path: the first whose pattern matches, or the default. */
  behaviourOf: (path: string) => Behaviour;
  defaultRootObject: string | undefined;
  /** By status: the page that is shown instead, and its status. */
  errorPages: Map<number, { path: string; status: number }>;
  /** By status: the error caching minimum TTL. */
  errorSeconds: Map<number, number>;
}

export interface Behaviour extends CachedBehaviour {
  /** `*` and `?`, matched with the whole path, case included. */
  pattern: string;
  allowedMethods: string[];
  viewerRequest: EdgeFunction | undefined;
  forwarding: OriginRequestPolicy;
  responseHeaders: ResponseHeaders;
  origin: Origin;
}

export interface Origin {
  domainName: string;
  /** Put before every path. Empty, or starts with a slash and does not end with one. */
  path: string;
  customHeaders: HeaderList;
}

/**
 * @param bucketsUrl where buckets are on this machine; when absent, headers name them as the template does
 * @throws Error when the template does not have exactly one distribution, or has one with something that is not known
 * here
 */
export function distribution(stack: Stack, bucketsUrl?: string): Distribution {
  const [found, ...others] = stack.ofType('AWS::CloudFront::Distribution', distributionSchema);
  if (!found || others.length > 0) throw new Error('the laptop run needs exactly one AWS::CloudFront::Distribution');
  const config = found.properties.DistributionConfig;
  const edges = edgeFunctions(stack, found.logicalId);
  const forwardingOf = originRequestPolicies(stack);
  const responseHeadersOf = responseHeaders(stack, bucketsUrl);
  const cachePolicyOf = cachePolicies(stack);

  const behaviour = (given: z.output<typeof behaviourSchema>): Behaviour => {
    const origin = config.Origins.find(({ Id }) => Id === given.TargetOriginId);
    if (!origin) throw new Error(`${found.logicalId}: behaviour ${given.PathPattern} names no origin`);
    const [edge] = given.FunctionAssociations;
    return {
      pattern: given.PathPattern,
      allowedMethods: given.AllowedMethods,
      viewerRequest: edge && edges(edge.FunctionARN),
      cachePolicy: cachePolicyOf(given.CachePolicyId),
      compresses: given.Compress,
      forwarding: forwardingOf(given.OriginRequestPolicyId),
      responseHeaders: responseHeadersOf(given.ResponseHeadersPolicyId),
      origin: {
        domainName: origin.DomainName,
        path: origin.OriginPath,
        customHeaders: origin.OriginCustomHeaders.map(({ HeaderName, HeaderValue }) => [HeaderName, HeaderValue]),
      },
    };
  };
  const listed = config.CacheBehaviors.map(behaviour);
  const standard = behaviour({ ...config.DefaultCacheBehavior, PathPattern: '*' });
  return {
    behaviourOf: (path) => listed.find(({ pattern }) => matches(pattern, path)) ?? standard,
    defaultRootObject: config.DefaultRootObject,
    errorSeconds: new Map(
      config.CustomErrorResponses.flatMap(({ ErrorCode, ErrorCachingMinTTL }) =>
        ErrorCachingMinTTL === undefined ? [] : [[ErrorCode, ErrorCachingMinTTL]],
      ),
    ),
    errorPages: new Map(
      config.CustomErrorResponses.flatMap(({ ErrorCode, ResponsePagePath, ResponseCode }) =>
        ResponsePagePath === undefined
          ? []
          : [[ErrorCode, { path: ResponsePagePath, status: ResponseCode ?? ErrorCode }]],
      ),
    ),
  };
}

/** A pattern's leading slash may be left out (CloudFront's guide, "Path pattern"). */
export function matches(pattern: string, path: string): boolean {
  const whole = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const expression = whole
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(path);
}

const behaviourSchema = z.object({
  PathPattern: z.string().default('*'),
  TargetOriginId: z.string(),
  /** CloudFront's default. */
  AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
  FunctionAssociations: z
    .array(
      z.object({
        EventType: z.literal('viewer-request', { error: 'only viewer-request functions run on a laptop' }),
        FunctionARN: z.string(),
      }),
    )
    .max(1)
    .default([]),
  LambdaFunctionAssociations: z.array(z.never({ error: 'Lambda@Edge does not run on a laptop' })).optional(),
  CachePolicyId: z.string().optional(),
  /** CloudFront's default. */
  Compress: z.coerce.boolean().default(false),
  OriginRequestPolicyId: z.string().optional(),
  ResponseHeadersPolicyId: z.string().optional(),
});

const distributionSchema = z.object({
  DistributionConfig: z.object({
    DefaultRootObject: z.string().optional(),
    DefaultCacheBehavior: behaviourSchema,
    CacheBehaviors: z.array(behaviourSchema).default([]),
    CustomErrorResponses: z
      .array(
        z.object({
          ErrorCode: z.coerce.number(),
          ErrorCachingMinTTL: z.coerce.number().optional(),
          ResponsePagePath: z.string().optional(),
          ResponseCode: z.coerce.number().optional(),
        }),
      )
      .default([]),
    Origins: z.array(
      z.object({
        Id: z.string(),
        DomainName: z.string(),
        OriginPath: z.string().default(''),
        OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.string() })).default([]),
      }),
    ),
  }),
});

function edgeFunctions(stack: Stack, distributionId: string): (arn: string) => EdgeFunction {
  const place = { id: stack.ref(distributionId), domainName: stack.attribute(distributionId, 'DomainName') };
  const all = new Map(
    stack
      .ofType('AWS::CloudFront::Function', z.object({ FunctionCode: z.string() }))
      .map(({ logicalId, properties }) => [stack.ref(logicalId), edgeFunction(properties.FunctionCode, place)]),
  );
  return (arn) => {
    const found = all.get(arn);
    if (!found) throw new Error(`the template has no CloudFront function ${arn}`);
    return found;
  };
}

/** Physical ids of every distribution of the stack. */
export const distributionIds = (stack: Stack): string[] =>
  stack.ofType('AWS::CloudFront::Distribution', z.unknown()).map(({ logicalId }) => stack.ref(logicalId));
