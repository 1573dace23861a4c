import { describe, expect, test } from '@jest/globals';
import {
  checkRootPart,
  checkSiblings,
  gatewayHeaders,
  gatewayQuery,
  overridden,
  refusedByGateway,
} from '../../local/gateway-requests.ts';
import type { HeaderList } from '../../local/viewer-request.ts';
import { viewerGet } from './cdn-request.ts';

/** API Gateway's guide, "Important notes for REST APIs" and "Quotas". */
describe('a query', () => {
  test.each<[string, HeaderList]>([
    [
      'a=1&b=%7C',
      [
        ['a', '1'],
        ['b', '|'],
      ],
    ],
    [
      'a=1;b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=1%3Bb=2', [['a', '1;b=2']]],
  ])('%s is read so', (query, expected) => {
    expect(gatewayQuery(query)).toEqual(expected);
  });

  test.each([
    ['a=b|c', 400],
    ['a={b', 400],
    ['a=b}', 400],
    ['a=%7Cb%7B', undefined],
    ['a=[b]', undefined],
  ])('%s: %s', (query, status) => {
    expect(refusedByGateway(viewerGet('/a', [], { query }), 'live')).toBe(status);
  });
});

describe('the request line and the values of headers', () => {
  // `GET /live/a HTTP/1.1` is 20 bytes; names are not counted.
  test.each([
    [10_240, undefined],
    [10_241, 431],
  ])('of %i bytes', (bytes, status) => {
    expect(refusedByGateway(viewerGet('/a', [['X-Long-Name', 'x'.repeat(bytes - 20)]]), 'live')).toBe(status);
  });
});

test('the method may be another', () => {
  const asked = (value: string) => overridden(viewerGet('/a', [['X-HTTP-Method-Override', value]])).method;
  expect([asked('POST'), asked('delete'), asked('TRACE')]).toEqual(['POST', 'DELETE', 'GET']);
  expect(overridden(viewerGet('/a')).method).toBe('GET');
});

test('headers that a function never sees', () => {
  const sent: HeaderList = [
    ['Accept', '*/*'],
    ['Authorization', 'Bearer t'],
    ['Connection', 'close'],
    ['Content-MD5', 'x'],
    ['Expect', '100-continue'],
    ['Max-Forwards', '1'],
    ['Pragma', 'no-cache'],
    ['TE', 'trailers'],
    ['Upgrade', 'h2c'],
    ['User-Agent', 'me'],
    ['Via', '1.1 me'],
    ['WWW-Authenticate', 'Basic'],
  ];
  expect(gatewayHeaders(sent).map(([name]) => name)).toEqual([
    'Accept',
    'Authorization',
    'Pragma',
    'User-Agent',
    'Via',
  ]);
  expect(gatewayHeaders([['Authorization', 'AWS4-HMAC-SHA256 Credential=…']])).toEqual([]);
});

test.each(['ping', 'sping'])('no resource at the root is called %s', (part) => {
  expect(() => checkRootPart(part)).toThrow(part);
  expect(() => checkRootPart('api')).not.toThrow();
});

/** CreateResource's own words, as people quote them: "only one unique variable path part is allowed". */
test.each([
  [['{id}', '{proxy+}'], true],
  [['{id}', '{other}', 'photo'], true],
  [['{proxy+}', 'photo', 'users'], false],
  [[], false],
])('siblings %j', (parts, isRefused) => {
  if (isRefused) expect(() => checkSiblings(parts)).toThrow('one variable path part');
  else expect(() => checkSiblings(parts)).not.toThrow();
});
