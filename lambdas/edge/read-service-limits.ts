import * as z from 'zod/mini';
import { DEFAULT_SERVICE_LIMITS, type ServiceLimits } from '../core/service-limits.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';

const side = z.int().check(z.positive());
const ServiceLimitsMessage = z.object({
  limits: z.object({
    slack: z.object({ maxBytes: z.int().check(z.positive()), minSidePx: side, maxSidePx: side }),
    twitter: z.object({ maxBytes: z.int().check(z.positive()) }),
    import: z.object({ maxBytes: z.int().check(z.positive()) }),
  }),
  heic: z.boolean(),
  size_sets: z.array(z.enum(['slack', 'twitter'])).check(z.minLength(1)),
});

/** How a deployment tells its functions its limits: those that can be chosen, and the sets of sizes. */
export type ServiceLimitsMessage = z.input<typeof ServiceLimitsMessage>;

/** Reads it; what cannot be chosen is as always. @throws when it is not what `ServiceLimitsMessage` says. */
export function readServiceLimits(json: string): ServiceLimits {
  const { limits, heic, size_sets } = ServiceLimitsMessage.parse(JSON.parse(json));
  const { slack, twitter, v1, import: imported } = DEFAULT_SERVICE_LIMITS.policies;
  return {
    policies: {
      slack: { ...slack, ...limits.slack },
      twitter: { ...twitter, ...limits.twitter },
      v1: withHeic(v1, heic),
      import: { ...withHeic(imported, heic), ...limits.import },
    },
    sizeSets: size_sets,
  };
}

const withHeic = (policy: UploadPolicy, isTaken: boolean): UploadPolicy =>
  isTaken ? policy : { ...policy, formats: policy.formats.filter((format) => format !== 'heic') };
