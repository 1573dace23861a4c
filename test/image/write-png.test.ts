import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Pixels } from '../../lambdas/image/decode.ts';
import { encode } from '../../lambdas/image/encode.ts';
import { flatness } from '../../lambdas/image/flatness.ts';
import { writePng } from '../../lambdas/image/write-png.ts';
import { hairLike, paint, photoLike, quadrants, type RawPicture, solid } from '../pictures.ts';
import { pngPixels } from '../png-pixels.ts';

const pixelsOf = ({ data, width: widthPx, height: heightPx, channels }: RawPicture): Pixels => ({
  data,
  widthPx,
  heightPx,
  channels,
});

/** Every byte differs from its neighbours', also where nothing is visible. */
const speckled = (width: number, height: number, channels: 3 | 4) =>
  paint(
    width,
    height,
    (x, y) => [(x * 37 + y * 91) % 256, (x * y * 13) % 256, (255 - x * 5) & 255, (x + y * 7) % 256],
    channels,
  );

describe.each([
  ['a photo', photoLike(64, 48)],
  ['an odd size', speckled(31, 17, 3)],
  ['alpha', speckled(33, 9, 4)],
  ['a pixel', speckled(1, 1, 4)],
  ['a column', speckled(1, 40, 3)],
  ['a row', speckled(40, 1, 3)],
])('%s', (_, picture) => {
  test('reads back as the same pixels in libpng', async () => {
    const { data, info } = await sharp(await writePng(pixelsOf(picture)))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: picture.width, height: picture.height, channels: picture.channels });
    expect(data.equals(picture.data)).toBe(true);
  });

  test('reads back as the same pixels by the letter of the specification', async () => {
    const read = pngPixels(await writePng(pixelsOf(picture)));
    expect(read).toMatchObject({ width: picture.width, height: picture.height, channels: picture.channels });
    expect(read.data.equals(picture.data)).toBe(true);
  });
});

test('nothing but header, pixels and end', async () => {
  const file = await writePng(pixelsOf(photoLike(300, 300)));
  const names: string[] = [];
  let at = 8;
  for (; at < file.length; at += 12 + file.readUInt32BE(at)) names.push(file.toString('latin1', at + 4, at + 8));
  expect(names).toEqual(['IHDR', 'IDAT', 'IEND']);
  expect(at).toBe(file.length);
});

const screenshot = paint(400, 400, (x, y) => (x % 40 < 3 || y % 25 < 2 ? [20, 20, 30] : [250, 250, 250]));
const halfBars = paint(400, 400, (x, y) =>
  y < 200 ? [0, 0, 0] : [(x * 71 + y * 31) % 256, (x * y) % 256, (y * 17) % 256],
);

test.each([
  ['a photo', 0, 0.02, photoLike(400, 400)],
  ['no two neighbours alike', 0, 0, speckled(400, 400, 3)],
  ['a photo under a bar of half the height', 0.48, 0.52, halfBars],
  ['one colour', 1, 1, solid(400, 400, [9, 99, 199])],
  ['transparent all over', 1, 1, solid(400, 400, [0, 0, 0, 0])],
  // A new colour at the middle of each row, and at its start where the row above ended in another.
  ['four colours', 0.99, 1, quadrants(400, 400)],
  ['a pixel', 0, 0, solid(1, 1, [1, 2, 3])],
])('%s: flat from %f to %f', (_, least, most, picture) => {
  expect(flatness(pixelsOf(picture))).toBeGreaterThanOrEqual(least);
  expect(flatness(pixelsOf(picture))).toBeLessThanOrEqual(most);
});

test.each([
  ['a photo', photoLike(512, 512)],
  ['hair', hairLike(512)],
  ['four colours', quadrants(512, 512)],
  ['lines on white', screenshot],
  ['a photo under a bar', halfBars],
])("%s: no more bytes than sharp's defaults", async (_, picture) => {
  const { data, width, height, channels } = picture;
  const plain = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  expect((await encode(pixelsOf(picture), 'png')).length).toBeLessThanOrEqual(plain.length);
});
