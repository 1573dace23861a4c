import * as z from 'zod';
import { distribution } from './distribution.ts';
import type { EdgeCache } from './edge-cache.ts';
import type { FunctionPool } from './function-pool.ts';
import type { HostParts } from './host-server.ts';
import { restApis } from './rest-api.ts';
import type { Stack } from './stack.ts';

interface HostOptions {
  functions: FunctionPool[];
  s3Endpoint: string;
  /** Where browsers send forms for buckets. */
  formsUrl: string;
  cache: EdgeCache;
  /** False: no stage throttles. */
  isThrottled: boolean;
  show: (line: string) => void;
}

/** What the host answers from: the template's distribution, and the APIs and buckets behind it. */
export function hostParts(
  stack: Stack,
  { functions, s3Endpoint, formsUrl, cache, isThrottled, show }: HostOptions,
): HostParts {
  const buckets = stack.ofType('AWS::S3::Bucket', z.object({}));
  const apis = restApis(stack);
  return {
    distribution: distribution(stack, formsUrl),
    apis: isThrottled ? apis : apis.map((api) => ({ ...api, letsThrough: () => true })),
    poolOf: (arn) => functions.find(({ spec }) => spec.arn === arn),
    s3Endpoint,
    buckets: new Map(
      buckets.flatMap(({ logicalId, name }) =>
        ['RegionalDomainName', 'DomainName'].map((attribute) => [stack.attribute(logicalId, attribute), name] as const),
      ),
    ),
    cache,
    show,
  };
}
