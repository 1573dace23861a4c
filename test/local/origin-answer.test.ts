import { expect, test } from '@jest/globals';
import { originAnswer } from '../../local/origin-answer.ts';
import type { OriginRequestPolicy } from '../../local/origin-request-policy.ts';
import { proxyResponse } from '../../local/proxy-response.ts';
import { type HeaderList, headerValue } from '../../local/viewer-request.ts';
import { policy } from './cdn-request.ts';

/** CloudFront's guide, "HTTP response headers that CloudFront removes or replaces". */
const GIVEN: HeaderList = [
  ['Set-Cookie', 'a=1'],
  ['Vary', 'Origin, Accept-Encoding, X-Kind'],
  ['Upgrade', 'h2c'],
  ['X-Kept', '1'],
];
const forwarding = (headers: OriginRequestPolicy['headers']): OriginRequestPolicy => ({
  headers,
  query: (sent) => sent,
});
const passed = (given: OriginRequestPolicy, cachePolicy = policy()) =>
  originAnswer({ status: 200, headers: GIVEN, body: Buffer.alloc(0) }, { forwarding: given, cachePolicy }).headers;

test('where the viewer’s headers and cookies go to the origin, its answer comes back as it is', () => {
  expect(passed(forwarding((sent) => sent))).toEqual([GIVEN[0], GIVEN[1], GIVEN[3]]);
});

test('elsewhere it sets no cookie, and varies by what it was sent only', () => {
  expect(passed(forwarding(() => []))).toEqual([['Vary', 'Accept-Encoding'], GIVEN[3]]);
  expect(
    passed(
      forwarding(() => []),
      policy({ keyHeaders: ['x-kind'], isKeyCookie: () => true }),
    ),
  ).toEqual([GIVEN[0], ['Vary', 'Accept-Encoding, X-Kind'], GIVEN[3]]);
});

/**
 * API Gateway's guide, "Important notes for REST APIs": its table of headers, column "Response"; binary media types.
 */
test('API Gateway drops and renames headers of a function’s answer', () => {
  const headers = Object.fromEntries(
    `Age Authorization Connection Content-MD5 Content-Type Date Expect Host Max-Forwards Pragma Proxy-Authenticate Server TE Trailer
    Transfer-Encoding Upgrade User-Agent Via WWW-Authenticate`
      .split(/\s+/)
      .map((name) => [name, 'x']),
  );
  const answer = proxyResponse(Buffer.from(JSON.stringify({ statusCode: 401, headers })), true);
  expect(answer?.headers.map(([name]) => name)).toEqual([
    'Age',
    'x-amzn-Remapped-Authorization',
    'x-amzn-Remapped-Connection',
    'x-amzn-Remapped-Content-MD5',
    'Content-Type',
    'x-amzn-Remapped-Date',
    'x-amzn-Remapped-Max-Forwards',
    'Pragma',
    'x-amzn-Remapped-Server',
    'x-amzn-Remapped-User-Agent',
    'x-amzn-Remapped-WWW-Authenticate',
  ]);
});

test('base64 is sent as it is to who did not ask for a binary type', () => {
  const payload = Buffer.from(JSON.stringify({ statusCode: 200, body: 'aGk=', isBase64Encoded: true }));
  expect([true, false].map((takesBinary) => proxyResponse(payload, takesBinary)?.body.toString())).toEqual([
    'hi',
    'aGk=',
  ]);
  expect(headerValue(proxyResponse(payload, true)?.headers ?? [], 'content-type')).toBe('application/json');
});
