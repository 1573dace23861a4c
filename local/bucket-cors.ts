import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { Stack } from './stack.ts';

/**
 * The rule: pages of another origin may use a bucket only as its CORS configuration says (S3's guide, "Using
 * cross-origin resource sharing"). The emulator has no CORS (fauxqs 2.4.1).
 */
export interface BucketCors {
  /** The answer to a preflight request. */
  preflight: (bucket: string, headers: IncomingHttpHeaders) => CorsAnswer;
  /** The headers added to the answer of a request. */
  headers: (bucket: string, method: string, origin: string | undefined) => Record<string, string>;
}

interface CorsAnswer {
  status: number;
  headers: Record<string, string>;
  /** Why it is refused. */
  message?: string;
}

const list = z.array(z.string()).default([]);
const bucketSchema = z.object({
  CorsConfiguration: z
    .strictObject({
      CorsRules: z.array(
        z.strictObject({
          AllowedMethods: list,
          AllowedOrigins: list,
          AllowedHeaders: list,
          ExposedHeaders: list,
          MaxAge: z.coerce.string().optional(),
        }),
      ),
    })
    .optional(),
});
type Rule = NonNullable<z.output<typeof bucketSchema>['CorsConfiguration']>['CorsRules'][number];

/** @throws Error when the template's configuration has something that is not known here */
export function bucketCors(stack: Stack): BucketCors {
  const rules = new Map(
    stack
      .ofType('AWS::S3::Bucket', bucketSchema)
      .map(({ name, properties }) => [name, properties.CorsConfiguration?.CorsRules]),
  );
  const ruleFor = (bucket: string, method: string, origin: string, wantedHeaders: string[]): Rule | undefined =>
    rules
      .get(bucket)
      ?.find(
        ({ AllowedMethods, AllowedOrigins, AllowedHeaders }) =>
          AllowedMethods.includes(method) &&
          AllowedOrigins.some((one) => isLike(one, origin)) &&
          wantedHeaders.every((header) =>
            AllowedHeaders.some((one) => isLike(one.toLowerCase(), header.toLowerCase())),
          ),
      );
  return {
    preflight(bucket, headers) {
      const { origin = '' } = headers;
      const method = headers['access-control-request-method'] ?? '';
      const wantedHeaders = split(headers['access-control-request-headers']);
      const rule = ruleFor(bucket, method, origin, wantedHeaders);
      if (rule === undefined) return { status: 403, headers: {}, message: rules.get(bucket) ? NOT_ALLOWED : NONE };
      return {
        status: 200,
        headers: {
          ...allowing(rule, origin),
          ...(wantedHeaders.length > 0 && { 'access-control-allow-headers': wantedHeaders.join(', ').toLowerCase() }),
          ...(rule.MaxAge !== undefined && { 'access-control-max-age': rule.MaxAge }),
        },
      };
    },
    headers(bucket, method, origin) {
      const rule = origin === undefined ? undefined : ruleFor(bucket, method, origin, []);
      return rule === undefined || origin === undefined ? {} : allowing(rule, origin);
    },
  };
}

const NONE = 'CORSResponse: CORS is not enabled for this bucket.';
const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

const allowing = (rule: Rule, origin: string): Record<string, string> => {
  const isOpen = rule.AllowedOrigins.includes('*');
  return {
    'access-control-allow-origin': isOpen ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(rule.ExposedHeaders.length > 0 && { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') }),
    ...(!isOpen && { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
};

const split = (header: string | string[] | undefined): string[] =>
  String(header ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** An entry of a configuration may have one star. */
function isLike(entry: string, value: string): boolean {
  const [before = '', after] = entry.split('*');
  if (after === undefined) return entry === value;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
