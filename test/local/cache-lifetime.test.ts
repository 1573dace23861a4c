import { expect, test } from '@jest/globals';
import { lifetimeSeconds } from '../../local/cache-lifetime.ts';
import { policy } from './cdn-request.ts';

/**
 * CloudFront's guide: the table of "Managing how long content stays in the cache", line by line, then "HTTP 4xx and 5xx
 * status codes". Expected values by hand from its words.
 */
const NOW = Date.parse('2026-01-02T03:04:05Z');
const FROM_ZERO = policy({ minTtlSeconds: 0, defaultTtlSeconds: 3_600, maxTtlSeconds: 7_200 });
const FROM_TEN = policy({ minTtlSeconds: 10, defaultTtlSeconds: 3_600, maxTtlSeconds: 7_200 });

test.each<[string, string | undefined, string | undefined, number, number]>([
  ['nothing told: the default', undefined, undefined, 3_600, 3_600],
  ['max-age within the bounds', 'max-age=60', undefined, 60, 60],
  ['max-age over the maximum', 'public, max-age=31536000, immutable', undefined, 7_200, 7_200],
  ['max-age under the minimum', 'max-age=5', undefined, 5, 10],
  ['max-age of nothing', 'max-age=0', undefined, 0, 10],
  ['s-maxage before max-age', 'max-age=60, s-maxage=120', undefined, 120, 120],
  ['a quoted number', 'max-age="60"', undefined, 60, 60],
  ['no number', 'max-age=soon', undefined, 3_600, 3_600],
  ['Expires', undefined, 'Fri, 02 Jan 2026 03:05:05 GMT', 60, 60],
  ['Expires over the maximum', undefined, 'Sat, 03 Jan 2026 03:04:05 GMT', 7_200, 7_200],
  ['Expires in the past', undefined, 'Thu, 01 Jan 2026 03:04:05 GMT', 0, 10],
  ['max-age before Expires', 'max-age=60', 'Sat, 03 Jan 2026 03:04:05 GMT', 60, 60],
  ['no-cache', 'no-cache', undefined, 0, 10],
  ['no-store', 'No-Store', undefined, 0, 10],
  ['private', 'private, max-age=60', undefined, 0, 10],
])('%s', (_, control, expires, fromZero, fromTen) => {
  const headers: [string, string][] = [
    ...(control === undefined ? [] : [['Cache-Control', control] satisfies [string, string]]),
    ...(expires === undefined ? [] : [['Expires', expires] satisfies [string, string]]),
  ];
  const seconds = (given: typeof FROM_ZERO) => lifetimeSeconds({ status: 200, headers }, given, new Map(), NOW);
  expect([seconds(FROM_ZERO), seconds(FROM_TEN)]).toEqual([fromZero, fromTen]);
});

test('a maximum of 0 keeps nothing', () => {
  const none = policy({ minTtlSeconds: 0, defaultTtlSeconds: 0, maxTtlSeconds: 0 });
  expect(lifetimeSeconds({ status: 200, headers: [['cache-control', 'max-age=60']] }, none, new Map(), NOW)).toBe(0);
});

test.each([
  ['ten seconds unless told otherwise', 404, undefined, undefined, 10],
  ['S3’s refusal too', 403, undefined, undefined, 10],
  ['as the distribution says', 404, 0, undefined, 0],
  ['or as the origin does, if longer', 404, 30, 'max-age=60', 60],
  ['or shorter', 500, 30, 'max-age=5', 30],
  ['a status that is never kept', 401, undefined, 'max-age=60', 0],
  ['nor this one', 429, undefined, undefined, 0],
])('errors: %s', (_, status, minimum, control, expected) => {
  const headers: [string, string][] = control === undefined ? [] : [['cache-control', control]];
  const minimums = new Map(minimum === undefined ? [] : [[status, minimum]]);
  expect(lifetimeSeconds({ status, headers }, FROM_ZERO, minimums, NOW)).toBe(expected);
});
