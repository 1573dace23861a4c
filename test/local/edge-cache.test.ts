import { expect, test } from '@jest/globals';
import { edgeCache, isNamed } from '../../local/edge-cache.ts';

/** CloudFront's guide, "What you need to know when invalidating files". */
test.each([
  ['/7/a/48x48.jpg', '/7/a/48x48.jpg', true],
  ['/7/a/48x48.jpg', '/7/a/48X48.jpg', false],
  ['/7/*', '/7/a/48x48.jpg', true],
  ['/7/*', '/70/a/48x48.jpg', false],
  ['/7*', '/70/a/48x48.jpg', true],
  ['/*', '/index.html', true],
  // "You must include the query strings … or you can use the * wildcard."
  ['/a', '/a?s=1', false],
  ['/a?s=1', '/a?s=1', true],
  ['/a*', '/a?s=1', true],
  // Spelled as it was asked for.
  ['/%41', '/A', false],
])('%s names %s: %s', (path, uri, expected) => {
  expect(isNamed(path, uri)).toBe(expected);
});

const kept = (uri: string, bytes = 1) => ({
  answer: { status: 200, headers: [], body: Buffer.alloc(bytes) },
  uri,
  keptAtMs: 0,
  freshUntilMs: 1,
});

test('every variant of what is named goes, and nothing else', () => {
  const cache = edgeCache();
  cache.keep('a, br', kept('/7/a'));
  cache.keep('a, gzip', kept('/7/a'));
  cache.keep('b', kept('/8/a'));
  cache.invalidate(['/9/*', '/7/a']);
  expect(['a, br', 'a, gzip', 'b'].map((key) => cache.get(key)?.uri)).toEqual([undefined, undefined, '/8/a']);
});

test('what was used longest ago makes room', () => {
  const cache = edgeCache(100);
  cache.keep('a', kept('/a', 40));
  cache.keep('b', kept('/b', 40));
  cache.get('a');
  cache.keep('c', kept('/c', 40));
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.uri)).toEqual(['/a', undefined, '/c']);
  // Replaced, not added; and what fits nowhere is not kept.
  cache.keep('a', kept('/a', 60));
  cache.keep('d', kept('/d', 101));
  expect(['a', 'c', 'd'].map((key) => cache.get(key)?.uri)).toEqual(['/a', '/c', undefined]);
});
