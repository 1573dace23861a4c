import * as z from 'zod';

/**
 * A stage's throttle for each of its methods: a token bucket of the burst's size, which gets the rate's tokens every
 * second (API Gateway's guide, "Throttle requests to your REST APIs for better throughput"; "applied at the API method
 * level for a stage"). AWS applies it "on a best-effort basis"; here it is exact.
 */
export type StageThrottle = (resourcePath: string, httpMethod: string, nowMs?: number) => boolean;

export const methodSettingsSchema = z
  .array(
    z.object({
      ResourcePath: z.string(),
      HttpMethod: z.string(),
      ThrottlingBurstLimit: z.coerce.number().optional(),
      ThrottlingRateLimit: z.coerce.number().optional(),
    }),
  )
  .default([]);
type MethodSettings = z.output<typeof methodSettingsSchema>;

/** @returns whether a request to a method of the template is let through, which takes a token */
export function stageThrottle(settings: MethodSettings): StageThrottle {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return (resourcePath, httpMethod, nowMs = performance.now()) => {
    const { ThrottlingBurstLimit: burst, ThrottlingRateLimit: perSecond } =
      settings.find((one) => pathOf(one) === resourcePath && one.HttpMethod === httpMethod) ??
      settings.find((one) => pathOf(one) === '*' && one.HttpMethod === '*') ??
      {};
    if (burst === undefined || perSecond === undefined) return true;
    const key = `${httpMethod} ${resourcePath}`;
    const known = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, known.tokens + ((nowMs - known.atMs) / 1_000) * perSecond);
    const isAllowed = tokens >= 1;
    buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, atMs: nowMs });
    return isAllowed;
  };
}

/** In a stage's settings a path has `~1` for its slashes, after a first one; `/*` is every path. */
const pathOf = ({ ResourcePath }: MethodSettings[number]): string => ResourcePath.slice(1).replaceAll('~1', '/') || '/';
