import { expect, test } from '@jest/globals';
import { hasOneHost, readTarget } from '../../local/request-target.ts';

/** Expected values: RFC 9112, sections 3.2 and 3.2.2, by hand. */
test.each([
  ['/v1/limits', { path: '/v1/limits', query: '' }],
  ['/a?b=c?d', { path: '/a', query: 'b=c?d' }],
  ['//evil.example/a', { path: '//evil.example/a', query: '' }],
  ['http://127.0.0.1:3000/v1/limits?a=1', { path: '/v1/limits', query: 'a=1', authority: '127.0.0.1:3000' }],
  ['HTTPS://Photos.Example', { path: '/', query: '', authority: 'Photos.Example' }],
  ['http://photos.example?a', { path: '/', query: 'a', authority: 'photos.example' }],
  ['http://[::1]:3000/', { path: '/', query: '', authority: '[::1]:3000' }],
])('%s is taken', (target, expected) => {
  expect(readTarget(target)).toEqual(expected);
});

test.each([
  '*',
  '',
  'v1/limits',
  'photos.example:443',
  '/v1/limits#top',
  'http://photos.example/#top',
  'http:///v1/limits',
  'http://ada@photos.example/',
  'ftp://photos.example/',
  'http://photos example/',
  'http://[::1/',
])('%j is a bad request', (target) => {
  expect(readTarget(target)).toBeUndefined();
});

test.each<[string, [string, string][], string, boolean]>([
  ['one host', [['Host', 'photos.example:443']], '1.1', true],
  ['an address of IPv6', [['host', '[::1]:3000']], '1.1', true],
  ['none', [], '1.1', false],
  ['none, as in HTTP/1.0', [], '1.0', true],
  ['an empty one', [['Host', '']], '1.1', false],
  ['an empty one, as in HTTP/1.0', [['Host', '']], '1.0', false],
  [
    'two',
    [
      ['Host', 'a'],
      ['host', 'b'],
    ],
    '1.1',
    false,
  ],
  ['a path', [['Host', 'a/b']], '1.1', false],
  ['two in one', [['Host', 'a, b']], '1.1', false],
])('%s', (_, headers, version, expected) => {
  expect(hasOneHost(headers, version)).toBe(expected);
});
