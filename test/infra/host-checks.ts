import { describe, expect, test } from '@jest/globals';
import { GATEWAY_RESPONSES } from '../../lambdas/edge/gateway-responses.ts';
import { CHANGES, DIALECTS, PREFIXES } from '../../lambdas/edge/routes.ts';
import { ofType } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

/** Logical ids; they stay whatever a dialect is called. */
const API_IDS = { slack: 'ApiSlack', twitter: 'ApiTwitter', v1: 'ApiOwn' } as const;

describe.each(DIALECTS)("%s's API", (dialect) => {
  const name = API_IDS[dialect];
  const ofThisApi = (type: string) =>
    Object.entries(ofType(type)).filter(([, one]) => said(at(one, 'RestApiId')) === name);

  test('is regional, carries pictures, and has the literal stage', () => {
    expect(ofType('AWS::ApiGateway::RestApi')[name]).toMatchObject({
      BinaryMediaTypes: ['*/*'],
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(ofThisApi('AWS::ApiGateway::Stage').map(([, stage]) => at(stage, 'StageName'))).toEqual(['live']);
  });

  test('sends the listed paths to change and all others to read', () => {
    const resources = ofType('AWS::ApiGateway::Resource');
    const pathOf = (id: string): string =>
      id in resources ? `${pathOf(said(at(resources[id], 'ParentId')))}/${said(at(resources[id], 'PathPart'))}` : '';
    const routes = ofThisApi('AWS::ApiGateway::Method').map(([, method]) => {
      expect(method).toMatchObject({ HttpMethod: 'ANY', Integration: { Type: 'AWS_PROXY', TimeoutInMillis: 29_000 } });
      const target = /\/functions\/(\w+)\/invocations$|functions\/(\w+)\./.exec(said(at(method, 'Integration', 'Uri')));
      return [pathOf(said(at(method, 'ResourceId'))), target?.[1] ?? target?.[2]];
    });
    const changes = routes.filter(([, target]) => target === 'OnChange').map(([path]) => path);
    const reads = routes.filter(([, target]) => target === 'OnRead').map(([path]) => path);
    expect(changes.sort()).toEqual([...CHANGES[dialect]].sort());
    expect(reads).toEqual(expect.arrayContaining(['', '/{proxy+}']));
    for (const path of CHANGES[dialect]) {
      const folder = path.slice(0, path.lastIndexOf('/'));
      expect(reads).toContain(`${folder}/{proxy+}`);
      expect([...reads, ...CHANGES[dialect]]).toContain(folder);
    }
    expect(changes.length + reads.length).toBe(routes.length);
  });

  test("words API Gateway's own answers", () => {
    const answers = ofThisApi('AWS::ApiGateway::GatewayResponse').map(([, answer]) => [
      at(answer, 'ResponseType'),
      {
        status: at(answer, 'StatusCode'),
        body: at(answer, 'ResponseTemplates', 'application/json'),
        contentType: at(answer, 'ResponseParameters', 'gatewayresponse.header.Content-Type'),
        retryAfter: at(answer, 'ResponseParameters', 'gatewayresponse.header.Retry-After'),
      },
    ]);
    // No template can word its 413: the edge function answers over-large bodies.
    const { REQUEST_TOO_LARGE: _, ...worded } = GATEWAY_RESPONSES[dialect];
    const expected = Object.entries(worded).map(([failure, answer]) => [
      failure,
      {
        status: String(answer.status),
        body: answer.body,
        contentType: `'${answer.contentType}'`,
        retryAfter: ['THROTTLED', 'INTEGRATION_FAILURE'].includes(failure)
          ? 'method.request.header.x-headshot-retry-after'
          : undefined,
      },
    ]);
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(expected));
  });
});

describe('the distribution', () => {
  const config = () => at(ofType('AWS::CloudFront::Distribution').Host, 'DistributionConfig');
  const behaviours = () => [at(config(), 'DefaultCacheBehavior'), ...listAt(config(), 'CacheBehaviors')];
  const originOf = (behaviour: unknown) =>
    listAt(config(), 'Origins').find((origin) => at(origin, 'Id') === at(behaviour, 'TargetOriginId'));
  const behaviourOf = (path: string) => behaviours().find((one) => at(one, 'PathPattern') === path);

  test('runs the edge function before everything', () => {
    for (const behaviour of behaviours()) {
      expect(
        listAt(behaviour, 'FunctionAssociations').map((one) => [at(one, 'EventType'), said(at(one, 'FunctionARN'))]),
      ).toEqual([['viewer-request', 'OnViewerRequest.FunctionARN']]);
    }
  });

  test.each(DIALECTS.flatMap((dialect) => PREFIXES[dialect].map((prefix) => [prefix, dialect] as const)))(
    '/%s/* goes to the API of %s, uncached, with the secret',
    (prefix, dialect) => {
      const behaviour = behaviourOf(`/${prefix}/*`);
      expect(behaviour).toMatchObject({
        ViewerProtocolPolicy: 'https-only',
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        // AWS's ids of Managed-CachingDisabled and Managed-AllViewerExceptHostHeader.
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      });
      const origin = originOf(behaviour);
      expect(said(at(origin, 'DomainName'))).toBe(`${API_IDS[dialect]}.execute-api.AWS::Region.AWS::URLSuffix`);
      expect(at(origin, 'OriginPath')).toBe('/live');
      expect(
        listAt(origin, 'OriginCustomHeaders').map((one) => [at(one, 'HeaderName'), said(at(one, 'HeaderValue'))]),
      ).toEqual([['x-headshot-origin', '{{resolve:secretsmanager:Origin:SecretString:::}}']]);
    },
  );

  test.each([
    ['/p/*', 'Photos'],
    [undefined, 'Site'],
  ])('%s comes from %s, which nobody else can read', (path, bucket) => {
    const behaviour = path === undefined ? at(config(), 'DefaultCacheBehavior') : behaviourOf(path);
    expect(behaviour).toMatchObject({ ViewerProtocolPolicy: 'redirect-to-https' });
    const origin = originOf(behaviour);
    expect(said(at(origin, 'DomainName'))).toBe(`${bucket}.RegionalDomainName`);
    expect(said(at(origin, 'OriginAccessControlId'))).toBe(`Access${bucket}.Id`);
  });

  test('the edge forgets a photo within an hour, and an error at once', () => {
    expect(at(ofType('AWS::CloudFront::CachePolicy').AtMostAnHour, 'CachePolicyConfig')).toMatchObject({
      MinTTL: 0,
      DefaultTTL: 3600,
      MaxTTL: 3600,
    });
    expect(said(at(behaviourOf('/p/*'), 'CachePolicyId'))).toBe('AtMostAnHour');
    const errors = listAt(config(), 'CustomErrorResponses');
    expect(errors.map((one) => at(one, 'ErrorCode'))).toEqual(expect.arrayContaining([403, 404, 500, 502, 503, 504]));
    for (const error of errors) expect(Object.keys(Object(error)).sort()).toEqual(['ErrorCachingMinTTL', 'ErrorCode']);
    for (const error of errors) expect(at(error, 'ErrorCachingMinTTL')).toBe(0);
  });

  test('what the edge compresses it may keep compressed, and the page is', () => {
    const keeps = (behaviour: unknown) => {
      const policy = ofType('AWS::CloudFront::CachePolicy')[said(at(behaviour, 'CachePolicyId'))];
      const parameters = at(policy, 'CachePolicyConfig', 'ParametersInCacheKeyAndForwardedToOrigin');
      return ['EnableAcceptEncodingGzip', 'EnableAcceptEncodingBrotli'].map((name) => at(parameters, name) === true);
    };
    for (const behaviour of behaviours()) {
      const compresses = at(behaviour, 'Compress') === true;
      // "Serving compressed files": without all of these settings CloudFront does not compress.
      expect([at(behaviour, 'PathPattern'), ...keeps(behaviour)]).toEqual([
        at(behaviour, 'PathPattern'),
        compresses,
        compresses,
      ]);
    }
    expect(at(config(), 'DefaultCacheBehavior', 'Compress')).toBe(true);
  });

  test('photos are data for any page, and never a document that does something', () => {
    expect(said(at(behaviourOf('/p/*'), 'ResponseHeadersPolicyId'))).toBe('PhotoHeaders');
    expect(
      at(ofType('AWS::CloudFront::ResponseHeadersPolicy').PhotoHeaders, 'ResponseHeadersPolicyConfig'),
    ).toMatchObject({
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: true },
        ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; sandbox", Override: true },
      },
      CorsConfig: {
        AccessControlAllowOrigins: { Items: ['*'] },
        AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
      },
      CustomHeadersConfig: {
        Items: [{ Header: 'Cross-Origin-Resource-Policy', Value: 'cross-origin', Override: true }],
      },
    });
  });

  test('is cheap and current', () => {
    expect(config()).toMatchObject({
      PriceClass: 'PriceClass_100',
      HttpVersion: 'http2and3',
      DefaultRootObject: 'index.html',
    });
  });
});
