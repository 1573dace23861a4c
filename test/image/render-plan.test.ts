import { describe, expect, test } from '@jest/globals';
import { objectKey, photoKey, photoPath } from '../../lambdas/core/object-keys.ts';
import type { Crop, Size } from '../../lambdas/core/photo.ts';
import type { UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { barsAround, centreSquare, fitInto } from '../../lambdas/image/geometry.ts';
import { type Plan, plan } from '../../lambdas/image/render-plan.ts';

const size = (widthPx: number, heightPx: number): Size => ({ widthPx, heightPx });

const planned = (source: Size, frame: UploadPolicy['frame'], crop?: Crop): Plan => {
  const result = plan(source, frame, crop);
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
};

const names = (pictures: Size[]) => pictures.map(({ widthPx, heightPx }) => `${widthPx}x${heightPx}`).join(' ');

describe('geometry', () => {
  test.each([
    [size(4000, 3000), size(1024, 768)],
    [size(3000, 4000), size(768, 1024)],
    [size(1024, 1024), size(1024, 1024)],
    [size(300, 200), size(300, 200)],
    // 1 × 1024 / 5000 = 0.2
    [size(5000, 1), size(1024, 1)],
    // 999 × 1024 / 1500 = 681.98…
    [size(1500, 999), size(1024, 682)],
  ])('%j fits as %j', (from, to) => {
    expect(fitInto(from, 1024)).toEqual(to);
  });

  test.each([
    [size(640, 480), 640, { topPx: 80, bottomPx: 80, leftPx: 0, rightPx: 0 }],
    [size(640, 481), 640, { topPx: 79, bottomPx: 80, leftPx: 0, rightPx: 0 }],
    [size(481, 640), 640, { topPx: 0, bottomPx: 0, leftPx: 79, rightPx: 80 }],
    [size(1, 2), 2, { topPx: 0, bottomPx: 0, leftPx: 0, rightPx: 1 }],
  ])('bars around %j in %i: the odd pixel goes right or below', (picture, sidePx, bars) => {
    expect(barsAround(picture, sidePx)).toEqual(bars);
  });

  test.each([
    [size(640, 480), { leftPx: 80, topPx: 0, widthPx: 480, heightPx: 480 }],
    [size(480, 641), { leftPx: 0, topPx: 80, widthPx: 480, heightPx: 480 }],
    [size(1, 9), { leftPx: 0, topPx: 4, widthPx: 1, heightPx: 1 }],
  ])('the middle of %j is %j', (picture, square) => {
    expect(centreSquare(picture)).toEqual(square);
  });
});

describe('the pictures of a master', () => {
  test.each<[string, Size, UploadPolicy['frame'], Crop | undefined, string]>([
    [
      '1024 square: nine',
      size(1024, 1024),
      'whole',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 1024x1024',
    ],
    [
      '700 square: nine',
      size(700, 700),
      'whole',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 700x700',
    ],
    [
      'landscape: eleven',
      size(1100, 1074),
      'whole',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 1000x1000 400x391 1024x1000',
    ],
    [
      '4:3',
      size(4000, 3000),
      'whole',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 768x768 400x300 1024x768',
    ],
    [
      'portrait',
      size(3000, 4000),
      'whole',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 768x768 400x533 768x1024',
    ],
    ['small: nothing is enlarged', size(50, 40), 'whole', undefined, '24x24 32x32 40x40 50x40'],
    ['smaller than every square', size(10, 20), 'whole', undefined, '10x10 10x20'],
    ['one pixel', size(1, 1), 'whole', undefined, '1x1'],
    ['one row', size(5000, 1), 'whole', undefined, '1x1 400x1 1024x1'],
    [
      'letterboxed',
      size(640, 480),
      'letterbox',
      undefined,
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 640x640',
    ],
    ['cropped', size(640, 480), 'letterbox', { x: 0, y: 0, side: 100 }, '24x24 32x32 48x48 72x72 73x73 100x100'],
    ['cropped to one pixel', size(640, 480), 'whole', { x: 639, y: 479, side: 1 }, '1x1'],
    [
      'cropped larger than a master',
      size(3000, 2000),
      'whole',
      { x: 0, y: 0, side: 2000 },
      '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 1024x1024',
    ],
  ])('%s', (_, source, frame, crop, expected) => {
    expect(names(planned(source, frame, crop).pictures)).toBe(expected);
  });

  test('every name that a client may ask for leads to a picture of the plan, at most 9 of a square and 11 of any', () => {
    const suffixes = [
      'original',
      undefined,
      'mini',
      'normal',
      'bigger',
      '400x400',
      '24',
      '32',
      '48',
      '72',
      '192',
      '512',
      '1024',
    ];
    for (const source of [
      size(1, 1),
      size(7, 1),
      size(24, 25),
      size(401, 399),
      size(800, 799),
      size(1024, 2),
      size(2000, 1999),
      size(513, 512),
    ]) {
      const { master, pictures } = planned(source, 'whole');
      const stored = pictures.map((picture) => photoKey('1', '0'.repeat(20), picture, 'png'));
      const photo = { ...master, version: '0'.repeat(20), format: 'png' as const, number: 1, publishedAt: '' };
      const asked = suffixes.map((suffix) => objectKey(photoPath('1', photo, suffix)));
      expect({ source, missing: asked.filter((key) => !stored.includes(key ?? '')) }).toEqual({ source, missing: [] });
      expect(new Set(stored).size).toBe(stored.length);
      expect(stored.length).toBeLessThanOrEqual(master.widthPx === master.heightPx ? 9 : 11);
    }
  });
});

describe('letterbox', () => {
  test('the square is as long as the longer side, and the picture in its middle', () => {
    expect(planned(size(1024, 600), 'letterbox')).toMatchObject({
      master: size(1024, 1024),
      letterbox: { sidePx: 1024, picture: size(1024, 600), topPx: 212, bottomPx: 212, leftPx: 0, rightPx: 0 },
    });
  });

  test('a square picture needs none, nor does a cropped one', () => {
    expect(planned(size(600, 600), 'letterbox').letterbox).toBeUndefined();
    expect(planned(size(600, 500), 'letterbox', { x: 0, y: 0, side: 9 }).letterbox).toBeUndefined();
  });

  test('a picture larger than a master is made smaller first', () => {
    expect(planned(size(1000, 4000), 'letterbox')).toMatchObject({
      master: size(1024, 1024),
      letterbox: { picture: size(256, 1024), leftPx: 384, rightPx: 384, topPx: 0, bottomPx: 0 },
    });
  });
});

describe('a crop box lies within the picture', () => {
  const source = size(640, 480);
  test.each<[string, Crop]>([
    ['top left', { x: 0, y: 0, side: 100 }],
    ['top right', { x: 540, y: 0, side: 100 }],
    ['bottom left', { x: 0, y: 380, side: 100 }],
    ['bottom right', { x: 540, y: 380, side: 100 }],
    ['the whole height', { x: 160, y: 0, side: 480 }],
    ['one pixel', { x: 639, y: 479, side: 1 }],
  ])('%s', (_, crop) => {
    expect(planned(source, 'letterbox', crop)).toMatchObject({ crop, master: size(crop.side, crop.side) });
  });

  test.each<[string, Crop]>([
    ['one pixel left of it', { x: -1, y: 0, side: 100 }],
    ['one pixel above it', { x: 0, y: -1, side: 100 }],
    ['one pixel right of it', { x: 541, y: 0, side: 100 }],
    ['one pixel below it', { x: 0, y: 381, side: 100 }],
    ['one pixel too tall', { x: 0, y: 0, side: 481 }],
    ['no pixel', { x: 0, y: 0, side: 0 }],
    ['half a pixel', { x: 0.5, y: 0, side: 10 }],
    ['not a number', { x: 0, y: Number.NaN, side: 10 }],
    ['beyond counting', { x: 2 ** 53, y: 0, side: 10 }],
  ])('refused: %s', (_, crop) => {
    expect(plan(source, 'whole', crop)).toEqual({
      ok: false,
      refusal: { code: 'crop-outside', crop, widthPx: 640, heightPx: 480 },
    });
  });
});
