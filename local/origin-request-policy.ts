import * as z from 'zod';
import type { Stack } from './stack.ts';
import { type HeaderList, withoutHeaders } from './viewer-request.ts';

/**
 * Which of the viewer's headers (including cookies) and query reach an origin, by the behaviour's origin request
 * policy. Without one CloudFront sends next to nothing, and a function behind it never sees an Authorization header.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
 */
export interface OriginRequestPolicy {
  headers: (sent: HeaderList) => HeaderList;
  query: (sent: string) => string;
}

/**
 * What never reaches an origin, whatever the policy ("HTTP request headers and CloudFront behavior"): headers of the
 * connection, and those that CloudFront removes or sets itself.
 */
const REMOVED =
  /^(?:connection|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|te|trailer|upgrade|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** CloudFront sends these to an origin whatever the policy. */
const ALWAYS = ['content-type', 'content-length', 'transfer-encoding', 'range', 'if-none-match', 'if-modified-since'];

/** AWS's managed policies, by the ids that its guide lists. */
const MANAGED: Record<string, OriginRequestPolicy> = {
  /** AllViewer */
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { headers: (sent) => sent, query: (sent) => sent },
  /** AllViewerExceptHostHeader */
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': { headers: (sent) => withoutHeaders(sent, ['host']), query: (sent) => sent },
};

/** Where the viewer's own is not forwarded: "User-Agent = Amazon CloudFront". */
const USER_AGENT: HeaderList[number] = ['User-Agent', 'Amazon CloudFront'];

const NOTHING: OriginRequestPolicy = {
  headers: (sent) => [...sent.filter(([name]) => ALWAYS.includes(name.toLowerCase())), USER_AGENT],
  query: () => '',
};

/** What each policy of the template, and each of AWS's own, forwards, by id. */
export function originRequestPolicies(stack: Stack): (policyId: string | undefined) => OriginRequestPolicy {
  const own = new Map(
    stack
      .ofType('AWS::CloudFront::OriginRequestPolicy', policySchema)
      .map(({ logicalId, properties }) => [stack.ref(logicalId), fromPolicy(properties.OriginRequestPolicyConfig)]),
  );
  return (policyId) => {
    const found = policyId === undefined ? NOTHING : (own.get(policyId) ?? MANAGED[policyId]);
    if (!found) throw new Error(`origin request policy ${policyId} is not known to the laptop run`);
    return { ...found, headers: (sent) => withoutRemoved(found.headers(sent)) };
  };
}

const withoutRemoved = (headers: HeaderList): HeaderList =>
  headers.filter(([name]) => !REMOVED.test(name.toLowerCase()));

const behaviours = ['none', 'whitelist', 'allViewer', 'allExcept', 'all'] as const;
const policySchema = z.object({
  OriginRequestPolicyConfig: z.object({
    HeadersConfig: z.object({ HeaderBehavior: z.enum(behaviours), Headers: z.array(z.string()).default([]) }),
    QueryStringsConfig: z.object({
      QueryStringBehavior: z.enum(behaviours),
      QueryStrings: z.array(z.string()).default([]),
    }),
    CookiesConfig: z.object({ CookieBehavior: z.enum(['none', 'all']) }),
  }),
});

function fromPolicy(config: z.output<typeof policySchema>['OriginRequestPolicyConfig']): OriginRequestPolicy {
  const { HeadersConfig, QueryStringsConfig, CookiesConfig } = config;
  const header = passes(
    HeadersConfig.HeaderBehavior,
    HeadersConfig.Headers.map((name) => name.toLowerCase()),
  );
  const parameter = passes(QueryStringsConfig.QueryStringBehavior, QueryStringsConfig.QueryStrings);
  return {
    headers: (sent) => [
      ...sent.filter(([name]) => {
        const lower = name.toLowerCase();
        if (lower === 'cookie') return CookiesConfig.CookieBehavior === 'all';
        return ALWAYS.includes(lower) || header(lower);
      }),
      ...(header('user-agent') ? [] : [USER_AGENT]),
    ],
    query: (sent) =>
      sent
        .split('&')
        .filter((pair) => parameter(pair.split('=', 1)[0] ?? ''))
        .join('&'),
  };
}

export const passes =
  (behaviour: (typeof behaviours)[number], names: string[]) =>
  (name: string): boolean => {
    if (behaviour === 'whitelist') return names.includes(name);
    if (behaviour === 'allExcept') return !names.includes(name);
    return behaviour !== 'none';
  };
