import { describe, expect, test } from '@jest/globals';
import {
  ALPHA,
  auxC,
  av1,
  type CodedPicture,
  clap,
  colr,
  gridData,
  type HandMadeItem,
  heifFile,
  imir,
  irot,
  ispe,
  itemOf,
} from '../heif-file.ts';
import { BLUE, colourAt, GREEN, isNear, quadrants, RED, solid, YELLOW } from '../pictures.ts';
import { DISPLAY_P3, deltaE, inSrgb } from './colour-spaces.ts';
import { decoded, decodedRgba } from './decoded.ts';
import { masterOf, quartersOf, rendered } from './rendered.ts';

const avif = (...items: HandMadeItem[]) => heifFile('avif', items);
const item = (coded: CodedPicture, ...properties: Buffer[]) => itemOf('av01', coded, ...properties);

/** R G over B Y, 80 × 40. */
const coded = () => av1(quadrants(80, 40));

describe('what stands in properties is done, in their order', () => {
  test.each([
    ['nothing', [], [80, 40], 'RGBY'],
    // Counter-clockwise: the right edge comes to the top.
    ['a quarter turn', [irot(1)], [40, 80], 'GYRB'],
    ['half a turn', [irot(2)], [80, 40], 'YBGR'],
    ['three quarters', [irot(3)], [40, 80], 'BRYG'],
    ['a mirror, left and right', [imir(1)], [80, 40], 'GRYB'],
    ['a mirror, up and down', [imir(0)], [80, 40], 'BYRG'],
    ['a turn, then a mirror', [irot(1), imir(1)], [40, 80], 'YGBR'],
    ['a mirror, then a turn', [imir(1), irot(1)], [40, 80], 'RBGY'],
    ['an aperture in the middle', [clap(40, 20)], [40, 20], 'RGBY'],
    ['an aperture at the right', [clap(40, 40, 20, 0)], [40, 40], 'GGYY'],
    ['an aperture, then a turn', [clap(40, 40, 20, 0), irot(1)], [40, 40], 'GYGY'],
  ])('%s', async (_, properties, [width, height], quarters) => {
    const master = await masterOf(await rendered(avif(item(await coded(), ...properties))));
    expect([master.width, master.height, quartersOf(master).join('')]).toEqual([width, height, quarters]);
  });
});

describe('the primary picture, and no other', () => {
  const other = () => av1(solid(80, 40, [9, 9, 9]));

  test('of two', async () => {
    const items = [item(await other()), item(await coded())];
    const master = await masterOf(await rendered(heifFile('avif', items, 2)));
    expect(quartersOf(master).join('')).toBe('RGBY');
  });

  test('not its thumbnail, and not its depth', async () => {
    const small = await av1(solid(16, 8, [9, 9, 9]));
    const file = avif(
      item(await coded()),
      { ...item(small), references: { thmb: [1] } },
      { ...item(small, auxC('urn:mpeg:mpegB:cicp:systems:auxiliary:depth')), references: { auxl: [1] } },
    );
    const photo = await rendered(file);
    expect(photo.format).toBe('jpeg');
    expect(quartersOf(await masterOf(photo)).join('')).toBe('RGBY');
  });
});

test('a grid is put together, and what reaches out is cut off', async () => {
  const tiles = await Promise.all([RED, GREEN, BLUE, YELLOW].map((colour) => av1(solid(64, 64, colour))));
  const grid = (widthPx: number, heightPx: number) => ({
    type: 'grid',
    data: gridData(2, 2, widthPx, heightPx),
    properties: [ispe(widthPx, heightPx)],
    references: { dimg: [2, 3, 4, 5] },
  });
  const file = avif(grid(100, 120), ...tiles.map((tile) => item(tile)));
  const pixels = await decoded(file);
  if (typeof pixels === 'string') throw new Error(pixels);
  const picture = { data: pixels.data, width: pixels.widthPx, height: pixels.heightPx, channels: pixels.channels };
  expect([picture.width, picture.height]).toEqual([100, 120]);
  // On both sides of the seams, and in the far corner.
  for (const [x, y, colour] of [
    [63, 63, RED],
    [64, 63, GREEN],
    [63, 64, BLUE],
    [64, 64, YELLOW],
    [99, 119, YELLOW],
  ] as const)
    expect({ x, y, isNear: isNear(colourAt(picture, x, y), colour, 8) }).toMatchObject({ isNear: true });
  expect(await decoded(avif(grid(129, 64), ...tiles.map((tile) => item(tile))))).toBe('corrupt-image');
  expect(await decoded(avif(grid(100, 100), ...tiles.slice(1).map((tile) => item(tile))))).toBe('corrupt-image');
});

test('alpha is an auxiliary picture, and makes a PNG', async () => {
  const alpha = await av1(
    quadrants(80, 40, [
      [0, 0, 0],
      [85, 85, 85],
      [170, 170, 170],
      [255, 255, 255],
    ]),
  );
  const file = avif(item(await coded()), { ...item(alpha, auxC(ALPHA)), references: { auxl: [1] } });
  const photo = await rendered(file);
  expect(photo.format).toBe('png');
  const pixels = await decodedRgba(file);
  if (typeof pixels === 'string') throw new Error(pixels);
  const picture = { data: pixels.data, width: 80, height: 40, channels: 4 } as const;
  const seen = [10, 70].flatMap((x) => [5, 35].map((y) => colourAt(picture, x, y)[3]));
  for (const [place, expected] of [0, 170, 85, 255].entries())
    expect({ place, isNear: Math.abs((seen[place] ?? -9) - expected) <= 3 }).toEqual({ place, isNear: true });
});

describe('colours', () => {
  /** H.273's codes for Display P3's primaries and sRGB's curve. */
  const codes = { primaries: 12, transfer: 13, matrix: 6 };

  test.each([
    [8, 200, 150, 130],
    [10, 200, 150, 130],
    [12, 120, 150, 190],
    [10, 240, 240, 240],
  ] as const)('Display P3 by codes alone, %i bits: %i, %i, %i', async (bitdepth, red, green, blue) => {
    const colour = [red, green, blue] as const;
    const file = avif(item(await av1(solid(64, 64, colour), { bitdepth }), colr(codes)));
    const seen = colourAt(await masterOf(await rendered(file)), 8, 8);
    const expected = inSrgb([...colour], DISPLAY_P3) ?? [];
    expect({ seen, expected, isNear: deltaE(seen, expected) <= 2 }).toMatchObject({ isNear: true });
  });

  test('codes that say nothing are sRGB', async () => {
    const file = avif(item(await av1(solid(64, 64, RED)), colr({ primaries: 2, transfer: 2, matrix: 6 })));
    expect(isNear(colourAt(await masterOf(await rendered(file)), 8, 8), RED, 4)).toBe(true);
  });
});

describe('what boxes and bitstream say must agree', () => {
  const lying = async (widthPx: number, heightPx: number) => {
    const { data, configuration } = await coded();
    return avif({ type: 'av01', data, properties: [configuration, ispe(widthPx, heightPx)] });
  };

  test.each([
    ['larger', 160, 80],
    ['smaller', 40, 20],
  ])('a size that is %s than the bitstream’s', async (_, widthPx, heightPx) => {
    expect(await decoded(await lying(widthPx, heightPx))).toBe('corrupt-image');
  });

  test('one bitstream of five frames', async () => {
    const { data, configuration, widthPx, heightPx } = await coded();
    const frames = Buffer.concat(Array.from({ length: 5 }, () => data));
    expect(await decoded(avif(itemOf('av01', { data: frames, configuration, widthPx, heightPx })))).toBe(
      'corrupt-image',
    );
  });

  test('an aperture that reaches out', async () => {
    expect(await decoded(avif(item(await coded(), clap(82, 40))))).toBe('corrupt-image');
    expect(await decoded(avif(item(await coded(), clap(40, 40, 30, 0))))).toBe('corrupt-image');
  });

  test('HEVC under the brand of an AVIF', async () => {
    expect(await decoded(avif(itemOf('hvc1', await coded())))).toBe('corrupt-image');
  });
});
