import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { DRAWINGS } from '../../../lambdas/edge/avatar/drawings.ts';
import { AVATAR_SIDES_PX } from '../../../lambdas/edge/avatar/request.ts';

const MD5 = '0bc83cb571cd1c50ba6f3e8a78ef1346';
const SHA256 = '84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee';

const pixels = (png: Buffer) => sharp(png).ensureAlpha().raw().toBuffer();
const coloursOf = (raw: Buffer) =>
  new Set(Array.from({ length: raw.length / 4 }, (_, at) => raw.subarray(4 * at, 4 * at + 4).toString('hex')));

describe.each(Object.entries(DRAWINGS))('%s', (_name, draw) => {
  test.each(AVATAR_SIDES_PX)('is a PNG of %d pixels', async (sidePx) => {
    const { format, width, height } = await sharp(draw(MD5, sidePx)).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: sidePx, height: sidePx });
  });
});

test('blank is nothing that can be seen', async () => {
  expect([...coloursOf(await pixels(DRAWINGS.blank(MD5, 24)))].map((colour) => colour.slice(6))).toEqual(['00']);
});

test('color is one, and each hash has its own', async () => {
  const [one, other] = await Promise.all(
    [MD5, SHA256].map(async (hash) => coloursOf(await pixels(DRAWINGS.color(hash, 24)))),
  );
  expect([one?.size, other?.size]).toEqual([1, 1]);
  // By hand: the hash ends in ef1346; 15668038 modulo 360 is 118, a green, of saturation 0.45 and lightness 0.4.
  expect([...(one ?? [])]).toEqual(['3b9438ff']);
  expect(one).not.toEqual(other);
});

test('retro is alike left and right', async () => {
  const mirrored = await sharp(DRAWINGS.retro(MD5, 400)).ensureAlpha().flop().raw().toBuffer();
  expect(mirrored.equals(await pixels(DRAWINGS.retro(MD5, 400)))).toBe(true);
  expect(coloursOf(mirrored).size).toBe(2);
});

test('an identicon is the same for a hash for ever', async () => {
  // A digest of the pixels, because a PNG may be packed otherwise. To change it changes the face of everybody without a
  // photo.
  const seen = createHash('sha256')
    .update(await pixels(DRAWINGS.identicon(MD5, 192)))
    .digest('hex');
  expect(seen).toBe('ab3d711106efd2b99683ea7ed31523ee9400864c14e93e3c303a27f0d4dc3481');
  expect(DRAWINGS.identicon(SHA256, 192).equals(DRAWINGS.identicon(MD5, 192))).toBe(false);
});
