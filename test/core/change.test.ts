import { describe, expect, test } from '@jest/globals';
import {
  changeStatus,
  keyedUploadId,
  photoOf,
  photosOf,
  retire,
  stepBack,
  stepTo,
  versionOf,
} from '../../lambdas/core/change.ts';
import type { Photo } from '../../lambdas/core/photo.ts';
import type { User } from '../../lambdas/core/user.ts';

const photo = (number: number): Photo => ({
  version: versionOf(`upload-${number}`),
  format: 'jpeg',
  number,
  publishedAt: '2026-01-02T03:04:05.000Z',
  widthPx: 512,
  heightPx: 512,
});

const user = (shown: number, history: number[], state: User['state'] = 'active'): User => ({
  id: '42',
  slackId: 'U000000042',
  teamId: 'T0HEADSHOT',
  screenName: 'ada',
  name: 'Ada',
  state,
  createdAt: '2026-01-01T00:00:00.000Z',
  seq: 9,
  shown,
  ...(shown > 0 && { photo: photo(shown) }),
  history: history.map(photo),
  evicted: [],
});

test('a version is the first 20 hex digits of SHA-256 of the upload id', () => {
  // printf abc | sha256sum (also FIPS 180-2, appendix B.1)
  expect(versionOf('abc')).toBe('ba7816bf8f01cfea4141');
});

describe('where a change stands', () => {
  test.each([
    ['no such user', undefined, 1, 'gone'],
    ['deactivated', user(0, [], 'deactivated'), 1, 'gone'],
    ['erased', user(0, [], 'erased'), 1, 'gone'],
    ['first change', user(0, []), 1, 'due'],
    ['next change', user(3, [2, 1]), 4, 'due'],
    ['a gap is fine: 5 may come before 4', user(3, [2, 1]), 5, 'due'],
    ['shown already', user(3, [2, 1]), 3, 'done'],
    ['was shown, still in history', user(3, [2, 1]), 1, 'done'],
    ['overtaken, never shown', user(5, [3]), 4, 'superseded'],
    ['shown long ago, fallen out of history', user(9, [8, 7, 6, 5, 4]), 3, 'superseded'],
  ] as const)('%s', (_name, record, number, expected) => {
    expect(changeStatus(record, number)).toBe(expected);
  });
});

describe('an undo', () => {
  // Shown as change 4, it is photo 2 again, with photo 1 before it.
  const undone = { ...user(0, [1]), photo: photo(2), shown: 4 };

  test('shows the newest of history, keeps the rest, and lets the replaced photo go', () => {
    expect(stepBack(user(3, [2, 1]))).toEqual({ photo: photo(2), history: [photo(1)], evicted: [photo(3)] });
    expect(stepBack(undone)).toEqual({ photo: photo(1), history: [], evicted: [photo(2)] });
    expect(stepBack(user(3, []))).toBeUndefined();
  });

  test.each([
    [2, 'done'],
    [1, 'done'],
    [3, 'superseded'],
    [4, 'done'],
    [5, 'due'],
  ])('afterwards change %i is %s: a late copy of a job must not take the restored photo away', (number, expected) => {
    expect(changeStatus(undone, number)).toBe(expected);
  });
});

describe('what a new photo does to the old ones', () => {
  test.each([
    ['nothing before', user(0, []), [], []],
    ['one before', user(1, []), [1], []],
    ['a full history evicts its oldest', user(6, [5, 4, 3, 2, 1]), [6, 5, 4, 3, 2], [1]],
  ])('%s', (_name, record, history, evicted) => {
    expect(retire(record)).toEqual({
      history: history.map(photo),
      evicted: evicted.map(photo),
    });
  });

  test('a delete retires every photo', () => {
    expect(photosOf(user(3, [2, 1]))).toEqual([3, 2, 1].map(photo));
    expect(photosOf(user(0, []))).toEqual([]);
  });

  test('a change’s photo is found while it is shown or kept', () => {
    expect(photoOf(user(3, [1]), 3)).toEqual(photo(3));
    expect(photoOf(user(3, [1]), 1)).toEqual(photo(1));
    expect(photoOf(user(3, [1]), 2)).toBeUndefined();
  });
});

describe('a restore', () => {
  test('shows one of history again; the photo that it replaces leads what stays', () => {
    const { version } = photo(2);
    expect(stepTo(user(4, [3, 2, 1]), version)).toEqual({ photo: photo(2), history: [photo(4), photo(3), photo(1)] });
  });

  test('is of nothing when the version is shown, or never was', () => {
    expect(stepTo(user(4, [3]), photo(4).version)).toBeUndefined();
    expect(stepTo(user(0, []), photo(1).version)).toBeUndefined();
  });

  test('of an older photo leaves a late copy of its job done, and a change that was overtaken superseded', () => {
    const restored = { ...user(0, [3, 1]), photo: photo(2), shown: 5 };
    expect(changeStatus(restored, 2)).toBe('done');
    expect(changeStatus(restored, 4)).toBe('superseded');
  });
});

test("the id of an upload with a key is a UUID of version 8 (RFC 9562, 5.8), each user's own", () => {
  const id = keyedUploadId('42', 'k');
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(keyedUploadId('42', 'k')).toBe(id);
  expect(new Set([id, keyedUploadId('4', '2k'), keyedUploadId('42', 'K'), keyedUploadId('43', 'k')]).size).toBe(4);
});
