import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matches } from '../../local/distribution.ts';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { type TestLaptop, testLaptop } from '../laptop.ts';
import { ALL_BUT_HOST, ALL_METHODS, API_ORIGIN, handMade, lambda, NO_CACHING, resource, restApi } from './hand-made.ts';

const EDGE = `
function handler(event) {
  var request = event.request;
  if (request.uri === '/p/answered') {
    return { statusCode: 418, statusDescription: 'Teapot', headers: { 'x-edge': { value: 'yes' } }, body: { encoding: 'text', data: JSON.stringify(event) } };
  }
  if (request.uri === '/p/base64') return { statusCode: 200, body: { encoding: 'base64', data: 'aGk=' }, cookies: { a: { value: '1', attributes: 'Path=/' } } };
  if (request.uri === '/p/renamed') request.uri = '/p/photo.jpg';
  request.headers['x-viewer'] = { value: event.viewer.ip };
  delete request.headers['x-forged'];
  if (request.querystring.drop) delete request.querystring.drop;
  return request;
}`;

const origin = (Id: string, bucket: string) => ({ Id, DomainName: { 'Fn::GetAtt': [bucket, 'RegionalDomainName'] } });
const edge = {
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Edge', 'FunctionARN'] } }],
};
const RESOURCES = {
  Site: resource('AWS::S3::Bucket'),
  Photos: resource('AWS::S3::Bucket'),
  Edge: resource('AWS::CloudFront::Function', { FunctionCode: EDGE }),
  Fn: lambda('fn'),
  ...restApi('Fn', [['ANY', '/{proxy+}']]),
  Headers: resource('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: {
      SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
      CustomHeadersConfig: {
        Items: [
          { Header: 'Cross-Origin-Resource-Policy', Value: 'cross-origin', Override: true },
          { Header: 'Cache-Control', Value: 'no-store', Override: false },
        ],
      },
      CorsConfig: {
        AccessControlAllowOrigins: { Items: ['*'] },
        AccessControlAllowMethods: { Items: ['GET', 'HEAD'] },
        AccessControlAllowHeaders: { Items: ['*'] },
        AccessControlAllowCredentials: false,
        OriginOverride: true,
      },
    },
  }),
  Host: resource('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: NO_CACHING },
      CacheBehaviors: [
        {
          PathPattern: '/p/*',
          TargetOriginId: 'photos',
          CachePolicyId: NO_CACHING,
          ResponseHeadersPolicyId: { Ref: 'Headers' },
          ...edge,
        },
        {
          PathPattern: '/api/*',
          TargetOriginId: 'api',
          AllowedMethods: ALL_METHODS,
          OriginRequestPolicyId: ALL_BUT_HOST,
          CachePolicyId: NO_CACHING,
          ...edge,
        },
      ],
      CustomErrorResponses: [{ ErrorCode: 403, ErrorCachingMinTTL: 0 }],
      Origins: [origin('site', 'Site'), origin('photos', 'Photos'), API_ORIGIN],
    },
  }),
};

let laptop: TestLaptop;
let etag: string;
beforeAll(async () => {
  laptop = await testLaptop(
    handMade(RESOURCES, {
      fn: 'export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });',
    }),
  );
  const { s3 } = emulatorClients(laptop.running.aws_endpoints);
  const put = (Bucket: string, Key: string, Body: string, ContentType: string, CacheControl?: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, CacheControl }));
  await put('site', 'index.html', '<p>page</p>', 'text/html');
  await put('site', 'secret.txt', 'site', 'text/plain');
  etag = (await put('photos', 'p/photo.jpg', '0123456789', 'image/jpeg', 'max-age=5')).ETag ?? '';
}, 15_000);
afterAll(() => laptop.end());

const get = (path: string, init: RequestInit = {}) => fetch(`${laptop.url}${path}`, init);

test.each([
  ['/p/*', '/p/a/b', true],
  ['p/*', '/p/a', true],
  ['/p/*', '/P/a', false],
  ['/p/*', '/p', false],
  ['*.jpg', '/a/b.jpg', true],
  ['/a?c', '/abc', true],
  ['/a?c', '/ac', false],
  ['/a.c', '/abc', false],
  ['*', '/', true],
])('the pattern %s on %s: %s', (pattern, path, expected) => {
  expect(matches(pattern, path)).toBe(expected);
});

describe('a bucket behind the host', () => {
  test('an object comes with its headers and those of the policy', async () => {
    const answer = await get('/p/photo.jpg', { headers: { origin: 'https://example.org' } });
    expect([answer.status, await answer.text()]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'max-age=5',
      etag,
      'content-length': '10',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
  });

  test.each([
    ['the root is the default object', '/', {}, 200, '<p>page</p>'],
    ['a missing object is not told from a forbidden one', '/p/none.jpg', {}, 403, /<Code>AccessDenied</],
    ['the policy may only forbid', '/p/photo.jpg', { method: 'POST', body: 'x' }, 403, /POST/],
    ['a range', '/p/photo.jpg', { headers: { range: 'bytes=2-4' } }, 206, '234'],
    ['HEAD', '/p/photo.jpg', { method: 'HEAD' }, 200, ''],
    ['the edge function may rename', '/p/renamed', {}, 200, '0123456789'],
  ])('%s', async (_, path, init, status, body) => {
    const answer = await get(path, init);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
  });

  test.each([
    ['the tag', () => etag, 304],
    ['a weak tag in a list', () => `"other", W/${etag}`, 304],
    ['a star', () => '*', 304],
    ['another tag', () => '"other"', 200],
  ])('If-None-Match with %s', async (_, tag, status) => {
    expect((await get('/p/photo.jpg', { headers: { 'if-none-match': tag() } })).status).toBe(status);
  });

  test.each(['/p/%2e%2e/%2e%2e/photos/p/photo.jpg', '/%2E%2e/photos/p/photo.jpg'])(
    '%s leads out of no bucket',
    async (path) => {
      expect((await get(path)).status).toBe(403);
    },
  );
});

describe('the edge function', () => {
  test('is handed the request as CloudFront describes it, and may answer', async () => {
    const answer = await get('/p/answered?a=1&a=2&b', { headers: { 'X-Some': 'Thing', cookie: 'c=3; d=4' } });
    expect([answer.status, answer.headers.get('x-edge'), answer.headers.get('x-content-type-options')]).toEqual([
      418,
      'yes',
      'nosniff',
    ]);
    expect(await answer.json()).toMatchObject({
      version: '1.0',
      context: { eventType: 'viewer-request', distributionDomainName: 'host.cloudfront.net', distributionId: 'HOST' },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/p/answered',
        querystring: { a: { value: '2', multiValue: [{ value: '1' }, { value: '2' }] }, b: { value: '' } },
        headers: { 'x-some': { value: 'Thing' }, host: { value: new URL(laptop.url).host } },
        cookies: { c: { value: '3' }, d: { value: '4' } },
      },
    });
  });

  test('answers in base64, with cookies', async () => {
    const answer = await get('/p/base64');
    expect([await answer.text(), answer.headers.getSetCookie()]).toEqual(['hi', ['a=1; Path=/']]);
  });

  test('what it changed reaches the function; what it left alone stays as it was sent', async () => {
    const seen = await (await get('/api/x?drop=1&q=a%20b', { headers: { 'x-forged': 'yes', 'X-Kept': 'yes' } })).json();
    expect(seen).toMatchObject({
      headers: { 'x-viewer': '127.0.0.1', 'X-Forwarded-Proto': 'http' },
      queryStringParameters: { q: 'a b' },
    });
    expect(Object.keys((seen as { queryStringParameters: object }).queryStringParameters)).toEqual(['q']);
    expect(JSON.stringify(seen)).not.toContain('forged');
  });
});
