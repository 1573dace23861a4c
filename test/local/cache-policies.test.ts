import { describe, expect, test } from '@jest/globals';
import { cacheKey, keyQuery, takenEncodings } from '../../local/cache-policies.ts';
import type { HeaderList } from '../../local/viewer-request.ts';
import { policy, viewerGet } from './cdn-request.ts';

/** CloudFront's guide, "Understanding the cache key" and "Cache compressed objects". */
const key = (given: ReturnType<typeof policy>, ...request: Parameters<typeof viewerGet>) =>
  cacheKey(given, viewerGet(...request), []);

describe('what tells two requests apart', () => {
  test('the path, letters’ case included', () => {
    expect(key(policy(), '/a')).not.toBe(key(policy(), '/A'));
  });

  test('a query, headers and cookies that the policy names, and no others', () => {
    const named = policy({
      keyHeaders: ['x-kind'],
      isKeyParameter: (name) => name === 's',
      isKeyCookie: (name) => name === 'who',
    });
    const asked = (query: string, headers: HeaderList) => key(named, '/a', headers, { query });
    const plain = asked('s=1', [['Cookie', 'who=ada']]);
    expect(
      asked('s=1&t=2', [
        ['cookie', 'other=1; who=ada'],
        ['x-else', '1'],
      ]),
    ).toBe(plain);
    expect(asked('s=2', [['Cookie', 'who=ada']])).not.toBe(plain);
    expect(asked('s=1', [['Cookie', 'who=bob']])).not.toBe(plain);
    expect(
      asked('s=1', [
        ['Cookie', 'who=ada'],
        ['X-Kind', '1'],
      ]),
    ).not.toBe(plain);
    expect(key(policy(), '/a', [['Cookie', 'who=ada']], { query: 's=1' })).toBe(key(policy(), '/a'));
  });

  test('HEAD, whose answer has no content', () => {
    expect(key(policy(), '/a', [], { method: 'HEAD' })).not.toBe(key(policy(), '/a'));
  });

  test('the part of the query that is in the key', () => {
    expect(keyQuery(policy({ isKeyParameter: (name) => name !== 't' }), 's=1&t=2&&u')).toBe('s=1&u');
  });
});

describe('the encodings that a viewer takes', () => {
  const both = policy({ encodings: ['br', 'gzip'] });
  test.each([
    ['gzip, deflate, br, zstd', ['br', 'gzip']],
    ['GZIP', ['gzip']],
    ['br;q=0.5, gzip;q=0', ['br']],
    ['deflate', []],
    ['', []],
    ['*', []],
  ])('%j', (value, expected) => {
    expect(takenEncodings(both, [['Accept-Encoding', value]], '1.1')).toEqual(expected);
  });

  test('none from HTTP/1.0, without the header, or of a policy that keeps none', () => {
    const asked: HeaderList = [['accept-encoding', 'br, gzip']];
    expect(takenEncodings(both, asked, '1.0')).toEqual([]);
    expect(takenEncodings(both, [], '1.1')).toEqual([]);
    expect(takenEncodings(policy(), asked, '1.1')).toEqual([]);
    expect(takenEncodings(policy({ encodings: ['gzip'] }), asked, '1.1')).toEqual(['gzip']);
    expect(takenEncodings(policy({ encodings: ['gzip'], keyHeaders: ['accept-encoding'] }), asked, '1.1')).toEqual([]);
  });
});
