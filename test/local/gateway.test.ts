import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TestLaptop, testLaptop } from '../laptop.ts';
import { ALL_BUT_HOST, ALL_METHODS, API_ORIGIN, handMade, lambda, NO_CACHING, resource, restApi } from './hand-made.ts';

const SOURCE = `
export const handler = async (event) => {
  const how = event.queryStringParameters?.how;
  if (how === 'throw') throw new Error('secret words');
  if (how === 'exit') process.exit(1);
  if (how === 'hang') await new Promise(() => setTimeout(() => {}, 60000));
  if (how === 'malformed') return { status: 200 };
  if (how === 'text') return 'not an object';
  if (how === 'headers') return { statusCode: '418', headers: { 'X-One': 1, 'X-Both': 'single', 'WWW-Authenticate': 'Bearer' },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Both': ['from', 'list'] }, body: 'tea' };
  if (how === 'binary') return { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: 'iVBORw==', isBase64Encoded: true };
  if (how === 'length') return { statusCode: 200, body: String(Buffer.from(event.body ?? '', 'base64').length) };
  return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(event) };
};`;

const wording = (ResponseType: string, StatusCode: string, word: string) =>
  resource('AWS::ApiGateway::GatewayResponse', {
    RestApiId: { Ref: 'Api' },
    ResponseType,
    StatusCode,
    ResponseTemplates: {
      'application/json': `{"word":"${word}","type":"$context.error.responseType","said":$context.error.messageString}`,
    },
    ResponseParameters: {
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Retry-After': "'7'",
    },
  });

const RESOURCES = {
  Fn: lambda('fn', { Timeout: 2 }),
  ...restApi(
    'Fn',
    [
      ['ANY', '/'],
      ['ANY', '/{proxy+}'],
      ['POST', '/api/{user}'],
      ['ANY', '/api/users.setPhoto'],
      ['GET', '/api/{user}/photo'],
    ],
    {
      // API Gateway accepts this response, and goes on using its own words.
      TooLarge: wording('REQUEST_TOO_LARGE', '200', 'large'),
      NoToken: wording('MISSING_AUTHENTICATION_TOKEN', '404', 'nothing'),
      Ours: wording('DEFAULT_5XX', '500', 'ours'),
    },
  ),
  Host: resource('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      DefaultCacheBehavior: {
        TargetOriginId: 'api',
        AllowedMethods: ALL_METHODS,
        OriginRequestPolicyId: ALL_BUT_HOST,
        CachePolicyId: NO_CACHING,
      },
      CacheBehaviors: [{ PathPattern: '/bare/*', TargetOriginId: 'api', CachePolicyId: NO_CACHING }],
      CustomErrorResponses: [403, 404, 500, 502].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
      Origins: [API_ORIGIN],
    },
  }),
};

let laptop: TestLaptop;
beforeAll(async () => {
  laptop = await testLaptop(handMade(RESOURCES, { fn: SOURCE }));
}, 15_000);
afterAll(() => laptop.end());

const get = (path: string, init: RequestInit = {}) => fetch(`${laptop.url}${path}`, init);
const event = async (path: string, init: RequestInit = {}) => JSON.parse(await (await get(path, init)).text());

describe('the event', () => {
  test('is what a REST API sends', async () => {
    const seen = await event('/api/ada%20l/photo?a=1&b=x%2By&a=2&c', {
      headers: { 'X-Case': 'Kept', 'X-From': 'forged', Authorization: 'Bearer t', 'X-Forwarded-For': '203.0.113.9' },
    });
    expect(seen).toMatchObject({
      resource: '/api/{user}/photo',
      path: '/api/ada%20l/photo',
      httpMethod: 'GET',
      pathParameters: { user: 'ada l' },
      queryStringParameters: { a: '2', b: 'x+y', c: '' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x+y'], c: [''] },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      headers: {
        Host: 'api.execute-api.us-east-1.amazonaws.com',
        'x-from': 'the-host',
        'X-Forwarded-For': '203.0.113.9, 127.0.0.1, 127.0.0.1',
        'X-Forwarded-Proto': 'http',
      },
      requestContext: {
        resourcePath: '/api/{user}/photo',
        httpMethod: 'GET',
        path: '/live/api/ada%20l/photo',
        stage: 'live',
        accountId: '000000000000',
        apiId: 'api',
        domainName: 'api.execute-api.us-east-1.amazonaws.com',
        protocol: 'HTTP/1.1',
        identity: { sourceIp: '127.0.0.1' },
      },
    });
    expect(Object.values(seen.multiValueHeaders['x-from'])).toEqual(['the-host']);
    expect(JSON.stringify(seen)).not.toContain('forged');
    expect(Math.abs(Date.now() - seen.requestContext.requestTimeEpoch)).toBeLessThan(60_000);
    expect(seen.requestContext.requestTime).toMatch(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  test("keeps a header's case and every value of it", async () => {
    const raw = await exchange('GET /x HTTP/1.1\r\nHost: h\r\nX-CaSe: one\r\nX-CaSe: two\r\nConnection: close\r\n\r\n');
    const seen = JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4));
    expect(seen.headers['X-CaSe']).toBe('two');
    expect(seen.multiValueHeaders['X-CaSe']).toEqual(['one', 'two']);
  });

  test('carries a body in base64, whatever its type', async () => {
    const seen = await event('/x', { method: 'POST', body: 'a=ü', headers: { 'content-type': 'text/plain' } });
    expect(seen).toMatchObject({ body: 'YT3DvA==', isBase64Encoded: true });
  });

  test('a behaviour without an origin request policy forwards no credentials', async () => {
    const seen = await event('/bare/x?a=1', { headers: { Authorization: 'Bearer t' } });
    expect(seen.headers.authorization).toBeUndefined();
    expect(seen.queryStringParameters).toBeNull();
  });
});

test.each([
  ['GET', '/', '/', null],
  ['GET', '/anything/at/all', '/{proxy+}', { proxy: 'anything/at/all' }],
  ['DELETE', '/api/users.setPhoto', '/api/users.setPhoto', null],
  ['POST', '/api/ada', '/api/{user}', { user: 'ada' }],
  ['GET', '/api/ada/photo/', '/api/{user}/photo', { user: 'ada' }],
  ['GET', '/api/ada/other', '/{proxy+}', { proxy: 'api/ada/other' }],
  ['PUT', '/api/users.setPhoto/more', '/{proxy+}', { proxy: 'api/users.setPhoto/more' }],
])('%s %s is handled by %s', async (method, path, resourcePath, pathParameters) => {
  expect(await event(path, { method })).toMatchObject({ resource: resourcePath, pathParameters });
});

describe("the function's answer", () => {
  test('status, headers, several values, and the renamed ones', async () => {
    const answer = await get('/?how=headers');
    expect(answer.status).toBe(418);
    expect(answer.headers.get('x-one')).toBe('1');
    expect(answer.headers.get('x-both')).toBe('from, list');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.text()).toBe('tea');
  });

  test('base64 becomes bytes', async () => {
    const answer = await get('/?how=binary');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  });

  test('HEAD passes through, without a body', async () => {
    const answer = await get('/?how=binary', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '4', '']);
  });
});

describe("the gateway's own answers", () => {
  test.each(['throw', 'exit', 'hang', 'malformed', 'text'])('%s: ours, in our words and no others', async (how) => {
    const answer = await get(`/?how=${how}`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
      500,
      'application/problem+json',
      '7',
    ]);
    expect(await answer.json()).toEqual({ word: 'ours', type: 'INTEGRATION_FAILURE', said: 'Internal server error' });
  });

  test('a method that the resource has not', async () => {
    const answer = await get('/api/ada', { method: 'GET' });
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { word: 'nothing', type: 'MISSING_AUTHENTICATION_TOKEN', said: 'Missing Authentication Token' },
    ]);
  });

  test.each([
    ['10 MB and a byte', 10 * 1024 * 1024 + 1, 'HTTP content length exceeded 10485760 bytes.'],
    // In base64 and as an event this is more than Lambda's 6 MB.
    ['what Lambda cannot take', 4_800_000, '{"message":"Request Too Long"}'],
  ])('a body of %s: its 413, which nobody can word', async (_, length, body) => {
    const answer = await get('/?how=length', { method: 'POST', body: Buffer.alloc(length) });
    expect([answer.status, await answer.text()]).toEqual([413, body]);
  });

  test('a body that says no length is bounded all the same', async () => {
    expect(await chunked(11 * 1024 * 1024)).toEqual({
      status: 413,
      body: 'HTTP content length exceeded 10485760 bytes.',
    });
  });
});

test('a body of 4,500,000 bytes arrives whole, also in chunks', async () => {
  const whole = await get('/?how=length', { method: 'POST', body: Buffer.alloc(4_500_000) });
  expect(await whole.text()).toBe('4500000');
  expect(await chunked(4_500_000)).toEqual({ status: 200, body: '4500000' });
});

test('Expect: 100-continue is answered before the body is sent', async () => {
  const raw = await exchange(
    'POST /?how=length HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n',
    'abc',
  );
  expect(raw).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  expect(raw.endsWith('\r\n\r\n3')).toBe(true);
});

/** Sends raw bytes, and `then` after the first answer. */
function exchange(first: string, then?: string): Promise<string> {
  return new Promise((done, fail) => {
    let seen = '';
    const socket = connect(Number(new URL(laptop.url).port), '127.0.0.1', () => socket.write(first));
    socket.once('data', () => then !== undefined && socket.write(then));
    socket.on('data', (chunk) => {
      seen += chunk.toString('utf8');
    });
    socket.on('end', () => done(seen)).on('error', fail);
  });
}

function chunked(length: number): Promise<{ status: number | undefined; body: string }> {
  return new Promise((done, fail) => {
    const sent = request(`${laptop.url}/?how=length`, { method: 'POST' }, async (answer) => {
      let body = '';
      for await (const chunk of answer) body += String(chunk);
      done({ status: answer.statusCode, body });
    });
    sent.on('error', fail);
    for (let left = length; left > 0; left -= 65_536) sent.write(Buffer.alloc(Math.min(left, 65_536)));
    sent.end();
  });
}
