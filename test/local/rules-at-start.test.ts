import { describe, expect, test } from '@jest/globals';
import { fromApi } from '../../local/api-origin.ts';
import { distribution } from '../../local/distribution.ts';
import { restApis } from '../../local/rest-api.ts';
import { fromBucket } from '../../local/s3-origin.ts';
import { openStack } from '../../local/stack.ts';
import { templateSchema } from '../../local/template.ts';
import { viewerGet } from './cdn-request.ts';
import { lambda, NO_CACHING, NOWHERE, openTo, plainHost, type Resources, resource, restApi } from './hand-made.ts';

/** A template that breaks a rule stops the start with what is wrong, before anything runs. */
const stackOf = (resources: Resources) => {
  const open = openTo(Object.entries(resources));
  return openStack(templateSchema.parse({ Resources: { ...open, ...resources } }), 'Hand', NOWHERE, () => '');
};
const host = (behaviour: object) => ({
  ...plainHost(),
  Host: resource('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      DefaultCacheBehavior: { TargetOriginId: 'site', ...behaviour },
      Origins: [{ Id: 'site', DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] } }],
    },
  }),
});

describe('a behaviour', () => {
  test('has a cache policy that is known', () => {
    expect(() => distribution(stackOf(host({ CachePolicyId: NO_CACHING })))).not.toThrow();
    expect(() => distribution(stackOf(host({})))).toThrow('cache policy undefined');
    expect(() => distribution(stackOf(host({ CachePolicyId: 'other' })))).toThrow('cache policy other');
  });

  test('a policy of the template is read', () => {
    const keys = {
      EnableAcceptEncodingGzip: true,
      EnableAcceptEncodingBrotli: false,
      HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['X-Kind'] },
      QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['t'] },
      CookiesConfig: { CookieBehavior: 'none' },
    };
    const config = { MinTTL: 0, DefaultTTL: 60, MaxTTL: 3_600, ParametersInCacheKeyAndForwardedToOrigin: keys };
    const found = distribution(
      stackOf({
        ...host({ CachePolicyId: { Ref: 'Policy' }, Compress: true }),
        Policy: resource('AWS::CloudFront::CachePolicy', { CachePolicyConfig: config }),
      }),
    ).behaviourOf('/');
    expect(found.compresses).toBe(true);
    expect(found.cachePolicy).toMatchObject({
      minTtlSeconds: 0,
      defaultTtlSeconds: 60,
      maxTtlSeconds: 3_600,
      encodings: ['gzip'],
      keyHeaders: ['x-kind'],
    });
    expect(['s', 't'].map(found.cachePolicy.isKeyParameter)).toEqual([true, false]);
    expect(found.cachePolicy.isKeyCookie('s')).toBe(false);
  });
});

test('an API has no /ping and no /sping at its root', () => {
  const api = (path: string) => restApis(stackOf({ Fn: lambda('fn'), ...restApi('Fn', [['ANY', path]]) }));
  expect(() => api('/api/ping')).not.toThrow();
  for (const path of ['/ping', '/sping', '/ping/{proxy+}']) expect(() => api(path)).toThrow('ping');
});

describe('the viewer’s Host, where a policy forwards it,', () => {
  const named = (name: string) => viewerGet('/a', [['Host', name]]);

  test('is forbidden at an API', async () => {
    const [api] = restApis(stackOf({ Fn: lambda('fn'), ...restApi('Fn', [['POST', '/b']]) }));
    if (api === undefined) throw new Error('no API');
    const answer = await fromApi(api, () => undefined, named('photos.example'));
    expect([answer.status, answer.body.toString()]).toEqual([403, '{"message":"Forbidden"}']);
    // By its own host name, the API looks for a route, and has none here.
    const own = await fromApi(api, () => undefined, named(api.domainName));
    expect(own.body.toString()).toBe('{"message":"Missing Authentication Token"}');
  });

  test('is denied at a bucket', async () => {
    expect((await fromBucket('', 'site', named('photos.example'))).status).toBe(403);
  });
});
