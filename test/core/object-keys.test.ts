import { describe, expect, test } from '@jest/globals';
import { objectKey, originalSize, photoPath, sizeOf } from '../../lambdas/core/object-keys.ts';
import type { Photo } from '../../lambdas/core/photo.ts';

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const VERSION = '0123456789abcdef0123';
const photo: Photo = {
  ...size(1024, 768),
  version: VERSION,
  format: 'jpeg',
  number: 7,
  publishedAt: '2026-01-02T03:04:05.000Z',
};

describe('the size behind a name', () => {
  test.each([
    // Slack's names, of a photo that has them all, one that is 600 wide, and a tiny one.
    ['48', size(1024, 1024), size(48, 48)],
    ['1024', size(1024, 1024), size(1024, 1024)],
    ['1024', size(600, 600), size(600, 600)],
    ['original', size(600, 600), size(600, 600)],
    ['192', size(100, 80), size(80, 80)],
    // Twitter's: mini 24, normal 48, bigger 73, 400x400, never more than the shorter side.
    ['mini', size(1024, 768), size(24, 24)],
    ['normal', size(1024, 768), size(48, 48)],
    ['bigger', size(1024, 768), size(73, 73)],
    ['400x400', size(1024, 768), size(400, 400)],
    ['400x400', size(300, 200), size(200, 200)],
    // Without a suffix: at most 400 wide, in the photo's shape.
    [undefined, size(1024, 768), size(400, 300)],
    [undefined, size(390, 1000), size(390, 1000)],
    [undefined, size(1024, 1), size(400, 1)],
    ['huge', size(1024, 768), undefined],
    ['048', size(1024, 768), undefined],
    ['constructor', size(1024, 768), undefined],
  ])('%s of %o is %o', (suffix, master, expected) => {
    expect(sizeOf(master, suffix)).toEqual(expected);
  });

  test('a height is rounded to the nearest pixel', () => {
    // 400 × 333 / 500 = 266.4; 400 × 777 / 1023 = 303.8
    expect(originalSize(size(500, 333))).toEqual(size(400, 266));
    expect(originalSize(size(1023, 777))).toEqual(size(400, 304));
  });
});

describe('public names and stored objects', () => {
  test.each([
    ['48', `/p/1024x768/42_${VERSION}_48.jpg`, `42/${VERSION}/48x48.jpg`],
    ['original', `/p/1024x768/42_${VERSION}_original.jpg`, `42/${VERSION}/1024x768.jpg`],
    ['normal', `/p/1024x768/42_${VERSION}_normal.jpg`, `42/${VERSION}/48x48.jpg`],
    [undefined, `/p/1024x768/42_${VERSION}.jpg`, `42/${VERSION}/400x300.jpg`],
  ])('%s', (suffix, path, key) => {
    expect(photoPath('42', photo, suffix)).toBe(path);
    expect(objectKey(path)).toBe(key);
  });

  test.each([
    '/p/',
    `/p/1024x768/42_${VERSION}_48.svg`,
    `/p/1024x768/../42_${VERSION}_48.jpg`,
    `/p/1024x768/42_${VERSION}_48.jpg/x`,
    `/p/1024x768/42_${VERSION.toUpperCase()}_48.jpg`,
    `/p/0x768/42_${VERSION}_48.jpg`,
    `/p/1024x768/042_${VERSION}_48.jpg`,
    `/p/1024x768/42_${VERSION.slice(1)}_48.jpg`,
    `/q/1024x768/42_${VERSION}_48.jpg`,
  ])('%s is nobody’s name', (path) => {
    expect(objectKey(path)).toBeUndefined();
  });
});
