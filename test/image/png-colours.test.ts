import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { pngChunk, pngFile } from '../picture-parts.ts';
import { ADOBE_RGB, type ColourSpace, DISPLAY_P3, greyProfile, iccProfile, inSrgb, SRGB } from './colour-spaces.ts';
import { decodedRgba } from './decoded.ts';
import { chrm, cicp, gama, iccp, P3_CHRM, SHAPES, type Shape, SRGB_CHRM, srgb } from './odd-pngs.ts';

const power = (space: ColourSpace, exponent: number): ColourSpace => ({
  ...space,
  light: (value) => value ** exponent,
});
/** ITU-R BT.2020, table 3. */
const BT2020: ColourSpace = {
  ...SRGB,
  primaries: [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ],
};

interface Kind {
  name: string;
  chunks: { bytes: Buffer }[];
  /** The space of a coloured picture, and of a grey one where that differs. */
  space: ColourSpace;
  grey?: ColourSpace;
}

/** How a PNG defines its colours, and what that means by the specification (third edition, sections 4.3 and 11.3.2). */
const KINDS: Kind[] = [
  { name: 'nothing', chunks: [], space: SRGB },
  { name: 'sRGB', chunks: [srgb()], space: SRGB },
  { name: 'gAMA 1/2.2, which stands for sRGB', chunks: [gama(45_455)], space: SRGB },
  { name: 'gAMA 1', chunks: [gama(100_000)], space: power(SRGB, 1) },
  { name: 'gAMA 1/1.8', chunks: [gama(55_556)], space: power(SRGB, 1.8) },
  { name: 'gAMA and cHRM of P3', chunks: [gama(45_455), chrm(...P3_CHRM)], space: power(DISPLAY_P3, 2.2) },
  { name: 'gAMA 1 and cHRM of P3', chunks: [chrm(...P3_CHRM), gama(100_000)], space: power(DISPLAY_P3, 1) },
  { name: 'gAMA 1/2.2 and cHRM of sRGB', chunks: [gama(45_455), chrm(...SRGB_CHRM)], space: power(SRGB, 2.2) },
  { name: 'cHRM alone, which says nothing', chunks: [chrm(...P3_CHRM)], space: SRGB },
  { name: 'cICP of P3', chunks: [cicp(12, 13, 0, 1)], space: DISPLAY_P3 },
  { name: 'cICP, linear', chunks: [cicp(1, 8, 0, 1)], space: power(SRGB, 1) },
  { name: 'cICP of BT.2020', chunks: [cicp(9, 14, 0, 1)], space: power(BT2020, 2.4) },
  { name: 'iCCP of sRGB', chunks: [iccp(iccProfile(SRGB))], space: SRGB },
  { name: 'iCCP of Adobe RGB', chunks: [iccp(iccProfile(ADOBE_RGB))], space: ADOBE_RGB },
  { name: 'iCCP of P3', chunks: [iccp(iccProfile(DISPLAY_P3))], space: DISPLAY_P3 },
  { name: 'iCCP of linear greys', chunks: [iccp(greyProfile((value) => value))], space: SRGB, grey: power(SRGB, 1) },
  { name: 'cICP beside iCCP', chunks: [cicp(12, 13, 0, 1), iccp(iccProfile(ADOBE_RGB))], space: DISPLAY_P3 },
  { name: 'cICP behind iCCP', chunks: [iccp(iccProfile(ADOBE_RGB)), cicp(12, 13, 0, 1)], space: DISPLAY_P3 },
  { name: 'cICP beside sRGB', chunks: [cicp(12, 13, 0, 1), srgb()], space: DISPLAY_P3 },
  { name: 'iCCP beside sRGB', chunks: [iccp(iccProfile(ADOBE_RGB)), srgb()], space: ADOBE_RGB },
  { name: 'iCCP beside gAMA 1', chunks: [gama(100_000), iccp(iccProfile(ADOBE_RGB))], space: ADOBE_RGB },
  { name: 'sRGB beside gAMA 1 and cHRM', chunks: [gama(100_000), chrm(...P3_CHRM), srgb()], space: SRGB },
  { name: 'a damaged iCCP beside gAMA 1', chunks: [iccp(Buffer.alloc(200, 7)), gama(100_000)], space: power(SRGB, 1) },
  { name: 'a damaged iCCP', chunks: [iccp(iccProfile(ADOBE_RGB).subarray(0, 400))], space: SRGB },
  {
    name: 'cICP with codes that nobody knows, beside iCCP',
    chunks: [cicp(99, 13, 0, 1), iccp(iccProfile(ADOBE_RGB))],
    space: ADOBE_RGB,
  },
  { name: 'cICP in the narrow range', chunks: [cicp(12, 13, 0, 0)], space: SRGB },
  { name: 'cICP with a matrix', chunks: [cicp(12, 13, 1, 1)], space: SRGB },
  { name: 'gAMA 0', chunks: [gama(0)], space: SRGB },
  { name: 'gAMA and an impossible cHRM', chunks: [gama(100_000), chrm(0, 0, 0, 0, 0, 0, 0, 0)], space: power(SRGB, 1) },
];

/** Inside sRGB in each of the spaces. */
const COLOUR: [number, number, number] = [150, 105, 70];

describe.each(KINDS)('$name', ({ chunks, space, grey = space }) => {
  test.each(SHAPES)('colour type $colourType of $depth bits', async (shape) => {
    const isGrey = shape.colourType === 0 || shape.colourType === 4;
    const { file, colour } = onePixelOf(shape, chunks);
    const expected = isGrey ? greyOf(colour[0], grey) : inSrgb(colour, space);
    if (expected === undefined) throw new Error('outside sRGB: choose another colour');
    const seen = await decodedRgba(file);
    if (typeof seen === 'string') throw new Error(seen);
    const alpha = shape.colourType === 4 || shape.colourType === 6 ? 128 : 255;
    expectNear([...seen.data.subarray(0, 4)], [...expected, alpha]);
  });
});

describe('light beyond the screen', () => {
  // BT.2408: the reference white of 203 cd/m² is 58 % in PQ and 75 % in HLG. It becomes half of sRGB's light, byte 188;
  // 1,000 cd/m² becomes white.
  test.each([
    ['PQ, nothing', 16, 0, 0],
    ['PQ, the reference white', 16, 0.5807, 188],
    ['PQ, 1,000 cd/m²', 16, 0.7518, 255],
    ['PQ, all', 16, 1, 255],
    // 20.3 cd/m², a tenth of the reference white: 0.05 of light.
    ['PQ, a tenth of the white', 16, 0.3574, 63],
    ['HLG, nothing', 18, 0, 0],
    ['HLG, the reference white', 18, 0.75, 188],
    ['HLG, all', 18, 1, 255],
  ])('%s', async (_, transfer, value, expected) => {
    for (const colourType of [0, 2] as const) {
      const samples = Array(colourType === 0 ? 1 : 3).fill(Math.round(65_535 * value));
      const file = pixelFile({ colourType, depth: 16 }, samples, [cicp(9, transfer, 0, 1)]);
      const seen = await decodedRgba(file);
      if (typeof seen === 'string') throw new Error(seen);
      expectNear([...seen.data.subarray(0, 4)], [expected, expected, expected, 255]);
    }
  });
});

test('the examples that were reported: 16 bits with a profile', async () => {
  const red = pixelFile(
    { colourType: 2, depth: 16 },
    [220, 30, 30].map((byte) => byte * 257),
    [iccp(iccProfile(SRGB))],
  );
  const grey = pixelFile({ colourType: 0, depth: 16 }, [87 * 257], [iccp(greyProfile((value) => value))]);
  const [seenRed, seenGrey] = [await decodedRgba(red), await decodedRgba(grey)];
  if (typeof seenRed === 'string' || typeof seenGrey === 'string') throw new Error('refused');
  expectNear([...seenRed.data.subarray(0, 3)], [220, 30, 30]);
  expectNear([...seenGrey.data.subarray(0, 3)], [158, 158, 158]);
});

test('a shadow of 16 linear bits is not rounded to 8 of them', async () => {
  // 0.002 of light is 0.51 of 255: in 8 bits it would become 0 or 13. sRGB: 12.92 × 0.002 × 255 = 6.6.
  const file = pixelFile({ colourType: 2, depth: 16 }, Array(3).fill(131), [gama(100_000)]);
  const seen = await decodedRgba(file);
  if (typeof seen === 'string') throw new Error(seen);
  expectNear([...seen.data.subarray(0, 3)], [7, 7, 7]);
});

function expectNear(seen: number[], expected: readonly number[]): void {
  const isNear = expected.every((value, index) => Math.abs(value - (seen[index] ?? -9)) <= 2);
  expect({ seen, expected: expected.map(Math.round), isNear }).toMatchObject({ isNear: true });
}

/** White is white in all of them. */
const greyOf = (level: number, space: ColourSpace): number[] | undefined =>
  level === 255 ? [255, 255, 255] : inSrgb([level, level, level], { ...SRGB, light: space.light });

/** Four pixels of one colour, as near to `COLOUR` as the depth allows, and that colour. */
function onePixelOf(
  { colourType, depth }: Shape,
  chunks: Kind['chunks'],
): { file: Buffer; colour: [number, number, number] } {
  if (colourType === 3) return { file: pixelFile({ colourType, depth }, [1], chunks), colour: COLOUR };
  const max = 2 ** depth - 1;
  const samples = COLOUR.map((byte) => Math.round((byte / 255) * max));
  const colour = samples.map((sample) => (255 * sample) / max) as [number, number, number];
  const alpha = Math.round((128 / 255) * max);
  const own = { 0: samples.slice(0, 1), 2: samples, 4: [samples[0] ?? 0, alpha], 6: [...samples, alpha] }[colourType];
  return { file: pixelFile({ colourType, depth }, own, chunks), colour };
}

function pixelFile({ colourType, depth }: Shape, samples: number[], chunks: Kind['chunks']): Buffer {
  const bits = Array.from({ length: 4 }, () =>
    samples.map((sample) => sample.toString(2).padStart(depth, '0')).join(''),
  ).join('');
  const row = [
    0,
    ...(bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  ];
  const palette = colourType === 3 ? [pngChunk('PLTE', Buffer.from([0, 0, 0, ...COLOUR]))] : [];
  return pngFile({
    widthPx: 4,
    heightPx: 1,
    colourType,
    depth,
    chunks: [...chunks.map(({ bytes }) => bytes), ...palette],
    data: deflateSync(Buffer.from(row)),
  });
}
