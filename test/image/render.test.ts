import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { type Format, MEDIA_TYPE } from '../../lambdas/core/photo.ts';
import { UPLOAD_POLICIES, type UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { render } from '../../lambdas/image/render.ts';
import { gifFile } from '../picture-parts.ts';
import {
  BLUE,
  colourAt,
  GREEN,
  gif,
  gifOfManyFrames,
  isNear,
  jpeg,
  photoLike,
  pixelsOf,
  png,
  quadrants,
  RED,
  solid,
  tinyBombGif,
} from '../pictures.ts';
import { boxed, letterboxColour, rendered, whole } from './rendered.ts';

describe('every picture of the plan is there, of its size and format', () => {
  const picture = photoLike(1024, 768);
  const inputs: [string, Format, () => Promise<Buffer>][] = [
    ['JPEG', 'jpeg', () => jpeg({ picture })],
    ['progressive JPEG', 'jpeg', () => jpeg({ picture, progressive: true })],
    ['PNG', 'png', () => png({ picture })],
    ['interlaced PNG of 16 bits', 'png', () => png({ picture, interlaced: true, bits16: true })],
    ['GIF', 'gif', () => gif({ picture: quadrants(1024, 768) })],
  ];
  test.each(inputs)('%s', async (_, format, make) => {
    const { renditions, ...photo } = await rendered(await make());
    expect(photo).toMatchObject({ format, master: { widthPx: 1024, heightPx: 768 } });
    const sizes = renditions.map(({ size }) => [size.widthPx, size.heightPx]);
    const squares = [24, 32, 48, 72, 73, 192, 400, 512, 768].map((side) => [side, side]);
    expect(sizes).toEqual([...squares, [400, 300], [1024, 768]]);
    for (const { size, bytes, mediaType } of renditions) {
      const found = await sharp(bytes).metadata();
      expect(mediaType).toBe(MEDIA_TYPE[format]);
      expect(found).toMatchObject({ format, width: size.widthPx, height: size.heightPx, space: 'srgb' });
      expect(found.depth).toBe('uchar');
      expect(found.pages ?? 1).toBe(1);
    }
  });

  test('nothing is enlarged', async () => {
    const { master, renditions } = await rendered(await png({ width: 50, height: 40 }));
    expect(master).toEqual({ widthPx: 50, heightPx: 40 });
    expect(Math.max(...renditions.flatMap(({ size }) => [size.widthPx, size.heightPx]))).toBe(50);
  });

  test.each([
    [1, 1],
    [1, 700],
    [3000, 1],
    [2, 3],
  ])('%i×%i', async (width, height) => {
    for (const policy of [whole, boxed])
      for (const file of [
        await jpeg({ picture: solid(width, height, RED) }),
        await png({ picture: solid(width, height, RED) }),
        await gif({ picture: solid(width, height, RED) }),
      ]) {
        const { master, renditions } = await rendered(file, { policy });
        const longer = Math.min(1024, Math.max(width, height));
        expect(Math.max(master.widthPx, master.heightPx)).toBe(longer);
        expect(Math.min(master.widthPx, master.heightPx)).toBe(policy === boxed ? longer : Math.min(width, height));
        for (const { size, bytes } of renditions)
          expect(await pixelsOf(bytes)).toMatchObject({ width: size.widthPx, height: size.heightPx });
      }
  });
});

test('an animated GIF becomes a static GIF of its first frame', async () => {
  const frames = [solid(60, 60, BLUE), solid(60, 60, RED), solid(60, 60, GREEN)];
  const file = await gif({ frames });
  expect((await sharp(file, { animated: true }).metadata()).pages).toBe(3);
  const photo = await rendered(file);
  expect(photo.format).toBe('gif');
  for (const { bytes } of photo.renditions) {
    expect((await sharp(bytes, { animated: true }).metadata()).pages ?? 1).toBe(1);
    expect(isNear(colourAt(await pixelsOf(bytes), 5, 5), BLUE)).toBe(true);
  }
});

describe('what inspect refuses, render refuses', () => {
  test.each<[string, UploadPolicy, () => Promise<Buffer> | Buffer, string]>([
    ['no bytes', whole, () => Buffer.alloc(0), 'no-image'],
    ['text', whole, () => Buffer.from('text'), 'unknown-format'],
    ['35 bytes of GIF', whole, tinyBombGif, 'too-many-pixels'],
    ['too many frames', whole, () => gifOfManyFrames(501), 'too-many-frames'],
    ['too small at Slack', UPLOAD_POLICIES.slack, () => png({ width: 20, height: 20 }), 'too-small'],
    [
      'a GIF of 40 megapixels',
      whole,
      () => gifFile({ screenPx: [1, 1], frames: [[0, 0, 8000, 5000]] }),
      'too-much-memory',
    ],
    ['a truncated JPEG', whole, async () => (await jpeg()).subarray(0, 9000), 'corrupt-image'],
    ['a truncated PNG', whole, async () => (await png()).subarray(0, 9000), 'corrupt-image'],
    ['a truncated GIF', whole, async () => (await gif()).subarray(0, 9000), 'corrupt-image'],
  ])('%s', async (_, policy, file, code) => {
    const result = await render(await file(), { policy, letterboxColour });
    expect(result).toMatchObject({ ok: false, refusal: { code } });
  });
});

test('a colour that is none is our fault, and thrown', async () => {
  const file = await png({ width: 20, height: 10 });
  await expect(render(file, { policy: boxed, letterboxColour: 'no colour' })).rejects.toThrow(/colou?r/i);
});
