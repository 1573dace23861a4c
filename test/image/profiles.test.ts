import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import { pngChunk, withSegment } from '../picture-parts.ts';
import { colourAt, jpeg, paint, pixelsOf, png, solid } from '../pictures.ts';
import { DISPLAY_P3, deltaE, iccProfile, inSrgb, onePressProfile, SRGB, toXyzD50, WIDE } from './colour-spaces.ts';
import { masterOf, rendered } from './rendered.ts';

/** A photo's usual colours, in each space's own bytes: skin, leaf, sky, greys, wood. */
const COLOURS = [
  [200, 150, 130],
  [110, 140, 80],
  [120, 150, 190],
  [30, 30, 30],
  [128, 128, 128],
  [240, 240, 240],
  [150, 100, 60],
] as const;

test('the arithmetic agrees with published values', () => {
  // The red column of ICC's own profile (sRGB.icc): 0.4361, 0.2225, 0.0139.
  const [x, y, z] = toXyzD50(SRGB);
  for (const [found, published] of [
    [x[0], 0.4361],
    [y[0], 0.2225],
    [z[0], 0.0139],
  ] as const)
    expect(Math.abs(found - published)).toBeLessThan(0.0003);
  // CSS Color 4: color(display-DISPLAY_P3 0.784 0.392 0.196) is about rgb(215, 93, 31).
  expect(inSrgb([200, 100, 50], DISPLAY_P3)?.map(Math.round)).toEqual([215, 93, 31]);
});

describe.each(WIDE)('$name comes out as sRGB', (space) => {
  const profile = iccProfile(space);

  test.each(COLOURS)('%i, %i, %i', async (red, green, blue) => {
    const picture = solid(16, 16, [red, green, blue]);
    const expected = inSrgb([red, green, blue], space);
    if (expected === undefined) throw new Error('outside sRGB: choose another colour');
    const inPng = await png({ picture });
    const head = inPng.subarray(0, 33);
    const chunk = pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0', 'latin1'), deflateSync(profile)]));
    const segment = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile]);
    const files = [
      Buffer.concat([head, chunk, inPng.subarray(33)]),
      withSegment(await jpeg({ picture, quality: 100 }), 0xe2, segment),
    ];
    for (const file of files) {
      const seen = colourAt(await masterOf(await rendered(file)), 8, 8);
      expect({ seen, expected, isNear: deltaE(seen, expected) <= 2 }).toMatchObject({ isNear: true });
    }
  });
});

test('without its profile, a wide picture would be wrong by more than that', () => {
  for (const space of WIDE) {
    const expected = inSrgb([150, 100, 60], space);
    expect(deltaE([150, 100, 60], expected ?? [])).toBeGreaterThan(2);
  }
});

test.each(COLOURS)("inks become what the file's own profile says: %i, %i, %i", async (...colour) => {
  // A yellow needs no cyan.
  const inks = await jpeg({ picture: solid(16, 16, [250, 220, 0]), cmyk: true, quality: 100 });
  const segment = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), onePressProfile(colour)]);
  const seen = colourAt(await masterOf(await rendered(withSegment(inks, 0xe2, segment))), 8, 8);
  expect({ seen, isNear: deltaE(seen, colour) <= 2 }).toMatchObject({ isNear: true });
  const without = colourAt(await masterOf(await rendered(inks)), 8, 8);
  expect(deltaE(without, colour)).toBeGreaterThan(10);
});

describe('a soft edge keeps its colour on white and on black', () => {
  // A red disc with an edge 6 pixels wide. What lies under the transparent part is bright green.
  const picture = paint(
    256,
    256,
    (x, y) => {
      const alpha = Math.max(0, Math.min(1, (100 - Math.hypot(x - 128, y - 128)) / 6));
      return alpha === 0 ? [0, 255, 0, 0] : [200, 20, 20, Math.round(255 * alpha)];
    },
    4,
  );

  test.each(['whole', 'letterbox'] as const)('%s', async (frame) => {
    const policy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 1, frame };
    const { renditions } = await rendered(await png({ picture }), { policy });
    for (const { size, bytes } of renditions) {
      const made = await pixelsOf(bytes);
      for (let at = 0; at < made.data.length; at += 4) {
        const [red = 0, green = 0, , alpha = 0] = made.data.subarray(at, at + 4);
        // Below that, a step of the colour's bytes is less than a visible step.
        if (alpha < 24) continue;
        expect({ size, at, isRed: red > 150 && green < 60 }).toEqual({ size, at, isRed: true });
      }
    }
  });
});
