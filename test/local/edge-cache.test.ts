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
  // As it was asked for, letter by letter.
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
  cache.keep('a, br', kept('/7/a'), 0);
  cache.keep('a, gzip', kept('/7/a'), 0);
  cache.keep('b', kept('/8/a'), 0);
  cache.invalidate(['/9/*', '/7/a']);
  expect(['a, br', 'a, gzip', 'b'].map((key) => cache.get(key)?.uri)).toEqual([undefined, undefined, '/8/a']);
});

test('what was used longest ago makes room', () => {
  const cache = edgeCache(100);
  cache.keep('a', kept('/a', 40), 0);
  cache.keep('b', kept('/b', 40), 0);
  cache.get('a');
  cache.keep('c', kept('/c', 40), 0);
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.uri)).toEqual(['/a', undefined, '/c']);
  // An entry is replaced, not added; and what is too large is not kept.
  cache.keep('a', kept('/a', 60), 0);
  cache.keep('d', kept('/d', 101), 0);
  expect(['a', 'c', 'd'].map((key) => cache.get(key)?.uri)).toEqual(['/a', '/c', undefined]);
});

test('what was on its way from the origin when it was invalidated is not kept', () => {
  const cache = edgeCache();
  const mark = cache.mark();
  cache.invalidate(['/7/*']);
  cache.keep('a', kept('/7/a'), mark);
  cache.keep('b', kept('/8/a'), mark);
  cache.keep('c', kept('/7/b'), cache.mark());
  expect(['a', 'b', 'c'].map((key) => cache.get(key)?.uri)).toEqual([undefined, '/8/a', '/7/b']);
  // Older than the list of invalidations reaches.
  for (let turn = 0; turn < 1_001; turn++) cache.invalidate(['/9/*']);
  cache.keep('d', kept('/8/b'), mark);
  expect(cache.get('d')).toBeUndefined();
});
