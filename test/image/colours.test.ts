import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { colourAt, isNear, jpeg, paint, pixelsOf, png, quadrants, solid } from '../pictures.ts';
import { COLOURS, fileOf, masterOf, nearestOf, rendered, UPRIGHT } from './rendered.ts';

test('transparency survives, and no colour bleeds out of it when a picture is made smaller', async () => {
  // The left half is opaque red; the right one transparent, with a green underneath that nobody may ever see.
  const picture = paint(200, 200, (x) => (x < 100 ? [200, 0, 0, 255] : [0, 255, 0, 0]), 4);
  const small = await pixelsOf(fileOf(await rendered(await png({ picture })), 24));
  for (let x = 0; x < 24; x++) {
    const [red = 0, green = 0, , alpha = 0] = colourAt(small, x, 12);
    if (alpha > 0) expect({ x, isRed: red > 150 && green < 20 }).toEqual({ x, isRed: true });
  }
  expect(colourAt(small, 1, 12)[3]).toBe(255);
  expect(colourAt(small, 22, 12)[3]).toBe(0);
});

describe('kinds of colour', () => {
  const picture = quadrants(96, 64);
  test.each<[string, () => Promise<Buffer>]>([
    ['palette PNG', () => png({ picture, palette: true })],
    ['PNG of 16 bits', () => png({ picture, bits16: true })],
    ['interlaced PNG', () => png({ picture, interlaced: true })],
    ['PNG with alpha', () => png({ picture, alpha: true })],
  ])('%s', async (_, make) => {
    const photo = await rendered(await make());
    const master = fileOf(photo, 96, 64);
    expect((await sharp(master).metadata()).space).toBe('srgb');
    const pixels = await pixelsOf(master);
    for (const [index, [, colour]] of COLOURS.entries()) {
      const seen = colourAt(pixels, index % 2 ? 72 : 24, index < 2 ? 16 : 48);
      expect({ colour, seen, isNear: isNear(seen, colour, 3) }).toMatchObject({ isNear: true });
    }
  });

  test('a CMYK JPEG becomes an sRGB one: inks are duller, but each colour is still itself', async () => {
    const master = fileOf(await rendered(await jpeg({ picture, cmyk: true })), 96, 64);
    expect(await sharp(master).metadata()).toMatchObject({ format: 'jpeg', space: 'srgb', channels: 3 });
    const pixels = await pixelsOf(master);
    const names = [
      [24, 16],
      [72, 16],
      [24, 48],
      [72, 48],
    ].map(([x = 0, y = 0]) => nearestOf(colourAt(pixels, x, y)));
    expect(names).toEqual(UPRIGHT);
  });

  test('a greyscale PNG and JPEG', async () => {
    const grey = solid(40, 40, [99, 99, 99]);
    for (const file of [await png({ picture: grey, grey: true }), await jpeg({ picture: grey, grey: true })])
      expect(isNear(colourAt(await masterOf(await rendered(file)), 20, 20), [99, 99, 99], 2)).toBe(true);
  });

  test('colours of another colour space are brought to sRGB', async () => {
    // Display P3 (200, 100, 50) is sRGB (215, 93, 31), by the matrices of CSS Color 4, section 10.
    const { data, width, height } = solid(40, 40, [215, 93, 31]);
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const inFile = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(isNear([...inFile.subarray(0, 3)], [200, 100, 50], 2)).toBe(true);
    expect(isNear(colourAt(await masterOf(await rendered(file)), 20, 20), [215, 93, 31], 2)).toBe(true);
  });
});
