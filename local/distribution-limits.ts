import { listAt, resourcesOfType, valueAt } from './resources-of-type.ts';
import type { Template } from './template.ts';

/** CloudFront's guide, "Quotas": on distributions, on policies, on CloudFront Functions. */
const MAX_BEHAVIOURS = 75;
const MAX_ORIGINS = 100;
const MAX_ORIGIN_HEADERS = 30;
const MAX_CUSTOM_HEADERS = 10;
const MAX_FUNCTION_BYTES = 10 * 1024;
const MAX_COMMENT = 128;

/** Errors that may have a TTL or a page of their own (its guide, "HTTP status codes that CloudFront caches"). */
const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * Headers that it does not add to requests for an origin (its guide, "Custom headers that CloudFront can't add to
 * origin requests").
 */
const NO_ORIGIN_HEADER =
  /^(cache-control|connection|content-length|cookie|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|max-forwards|origin|pragma|proxy-auth.*|proxy-connection|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/i;

/** Refused as custom headers, because a policy has fields for them. */
const SECURITY_HEADERS =
  /^(content-security-policy|referrer-policy|strict-transport-security|x-content-type-options|x-frame-options|x-xss-protection)$/i;

/** What CloudFront would refuse in a distribution, its policies, and edge functions. */
export function distributionLimits(template: Template): string[] {
  const ofType = (type: string) => resourcesOfType(template, `AWS::CloudFront::${type}`);
  return [
    ...ofType('Distribution').flatMap(({ id, properties }) => ofDistribution(id, properties.DistributionConfig)),
    ...ofType('ResponseHeadersPolicy').flatMap(({ id, properties }) => {
      const headers = listAt(properties, 'ResponseHeadersPolicyConfig', 'CustomHeadersConfig', 'Items').map((item) =>
        String(valueAt(item, 'Header')),
      );
      return [
        ...tooMany(id, 'custom headers', headers.length, MAX_CUSTOM_HEADERS),
        ...headers
          .filter((name) => SECURITY_HEADERS.test(name))
          .map((name) => `${id}: ${name} is a security header and cannot be set as a custom one`),
      ];
    }),
    ...ofType('Function').flatMap(({ id, properties }) => [
      ...tooMany(id, 'bytes of code', Buffer.byteLength(String(properties.FunctionCode)), MAX_FUNCTION_BYTES),
      ...tooMany(
        id,
        'characters of a comment',
        String(valueAt(properties, 'FunctionConfig', 'Comment') ?? '').length,
        MAX_COMMENT,
      ),
    ]),
  ];
}

function ofDistribution(id: string, config: unknown): string[] {
  const origins = listAt(config, 'Origins');
  const codes = listAt(config, 'CustomErrorResponses').map((one) => Number(valueAt(one, 'ErrorCode')));
  return [
    ...tooMany(id, 'cache behaviours', listAt(config, 'CacheBehaviors').length + 1, MAX_BEHAVIOURS),
    ...tooMany(id, 'origins', origins.length, MAX_ORIGINS),
    ...origins.flatMap((origin) => {
      const names = listAt(origin, 'OriginCustomHeaders').map((header) => String(valueAt(header, 'HeaderName')));
      return [
        ...tooMany(id, 'custom headers of an origin', names.length, MAX_ORIGIN_HEADERS),
        ...names
          .filter((name) => NO_ORIGIN_HEADER.test(name))
          .map((name) => `${id}: ${name} cannot be sent to an origin`),
      ];
    }),
    ...codes
      .filter((code) => !ERROR_CODES.includes(code))
      .map((code) => `${id}: ${code} has no error response of its own`),
  ];
}

const tooMany = (id: string, what: string, count: number, most: number): string[] =>
  count > most ? [`${id}: ${count} ${what}, of ${most} at the most`] : [];
