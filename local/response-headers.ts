import * as z from 'zod';
import type { Stack } from './stack.ts';
import { type HeaderList, type HttpResponse, headerValue, withoutHeaders } from './viewer-request.ts';

/** What a response headers policy does to an answer. */
export type ResponseHeaders = (answer: HttpResponse, origin: string | undefined) => HttpResponse;

/**
 * The response headers policies of the template, by id. HSTS is left out, because laptops are served over HTTP.
 * @param bucketsUrl where buckets are, which a policy names by their addresses on AWS
 */
export function responseHeaders(
  stack: Stack,
  bucketsUrl: string | undefined,
): (policyId: string | undefined) => ResponseHeaders {
  const buckets = stack
    .ofType('AWS::S3::Bucket', z.object({}))
    .map(({ logicalId, name }) => [`https://${stack.attribute(logicalId, 'RegionalDomainName')}`, name] as const);
  const onLaptop = (value: string): string =>
    bucketsUrl === undefined
      ? value
      : buckets.reduce((text, [onAws, name]) => text.replaceAll(onAws, `${bucketsUrl}/${name}`), value);
  const own = new Map(
    stack
      .ofType('AWS::CloudFront::ResponseHeadersPolicy', policySchema)
      .map(({ logicalId, properties }) => [
        stack.ref(logicalId),
        fromPolicy(properties.ResponseHeadersPolicyConfig, onLaptop),
      ]),
  );
  return (policyId) => {
    if (policyId === undefined) return (answer) => answer;
    const found = own.get(policyId);
    if (!found) throw new Error(`response headers policy ${policyId} is not known to the laptop run`);
    return found;
  };
}

const items = z.object({ Items: z.array(z.string()) });
const override = z.coerce.boolean();
const policySchema = z.object({
  ResponseHeadersPolicyConfig: z.object({
    SecurityHeadersConfig: z
      .object({
        ContentTypeOptions: z.object({ Override: override }).optional(),
        ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string(), Override: override }).optional(),
        FrameOptions: z.object({ FrameOption: z.string(), Override: override }).optional(),
        ReferrerPolicy: z.object({ ReferrerPolicy: z.string(), Override: override }).optional(),
        StrictTransportSecurity: z.unknown().optional(),
        XSSProtection: z.unknown().optional(),
      })
      .default({}),
    CustomHeadersConfig: z
      .object({ Items: z.array(z.object({ Header: z.string(), Value: z.string(), Override: override })) })
      .default({ Items: [] }),
    RemoveHeadersConfig: z.object({ Items: z.array(z.object({ Header: z.string() })) }).default({ Items: [] }),
    CorsConfig: z
      .object({
        AccessControlAllowOrigins: items,
        AccessControlAllowMethods: items,
        AccessControlAllowHeaders: items,
        AccessControlExposeHeaders: items.optional(),
        AccessControlAllowCredentials: z.coerce.boolean(),
        OriginOverride: override,
      })
      .optional(),
  }),
});
type Config = z.output<typeof policySchema>['ResponseHeadersPolicyConfig'];
interface Rule {
  header: string;
  value: string;
  override: boolean;
}

const fromPolicy = (config: Config, onLaptop: (value: string) => string): ResponseHeaders => {
  const asOnAws = [...securityRules(config.SecurityHeadersConfig), ...config.CustomHeadersConfig.Items.map(toRule)];
  const fixed = asOnAws.map((rule) => ({ ...rule, value: onLaptop(rule.value) }));
  const removed = config.RemoveHeadersConfig.Items.map(({ Header }) => Header.toLowerCase());
  return (answer, origin) => {
    const rules = [...fixed, ...corsRules(config.CorsConfig, origin)];
    return { ...answer, headers: rules.reduce(applyRule, withoutHeaders(answer.headers, removed)) };
  };
};

const toRule = ({ Header, Value, Override }: { Header: string; Value: string; Override: boolean }): Rule => ({
  header: Header,
  value: Value,
  override: Override,
});

function applyRule(headers: HeaderList, { header, value, override }: Rule): HeaderList {
  const name = header.toLowerCase();
  if (!override && headerValue(headers, name) !== undefined) return headers;
  return [...withoutHeaders(headers, [name]), [name, value]];
}

function securityRules(config: Config['SecurityHeadersConfig']): Rule[] {
  const {
    ContentTypeOptions: type,
    ContentSecurityPolicy: csp,
    FrameOptions: frame,
    ReferrerPolicy: referrer,
  } = config;
  return [
    ...(type ? [{ header: 'x-content-type-options', value: 'nosniff', override: type.Override }] : []),
    ...(csp ? [{ header: 'content-security-policy', value: csp.ContentSecurityPolicy, override: csp.Override }] : []),
    ...(frame ? [{ header: 'x-frame-options', value: frame.FrameOption, override: frame.Override }] : []),
    ...(referrer ? [{ header: 'referrer-policy', value: referrer.ReferrerPolicy, override: referrer.Override }] : []),
  ];
}

/** CloudFront adds them only when the viewer sent an Origin, and the policy allows it. */
function corsRules(cors: Config['CorsConfig'], origin: string | undefined): Rule[] {
  if (!cors || origin === undefined) return [];
  const allowed = cors.AccessControlAllowOrigins.Items;
  if (!allowed.includes('*') && !allowed.includes(origin)) return [];
  const override = cors.OriginOverride;
  const exposed = cors.AccessControlExposeHeaders?.Items ?? [];
  return [
    { header: 'access-control-allow-origin', value: allowed.includes('*') ? '*' : origin, override },
    { header: 'access-control-allow-methods', value: cors.AccessControlAllowMethods.Items.join(', '), override },
    { header: 'access-control-allow-headers', value: cors.AccessControlAllowHeaders.Items.join(', '), override },
    ...(exposed.length > 0 ? [{ header: 'access-control-expose-headers', value: exposed.join(', '), override }] : []),
    ...(cors.AccessControlAllowCredentials
      ? [{ header: 'access-control-allow-credentials', value: 'true', override }]
      : []),
  ];
}
