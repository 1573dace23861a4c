import { describe, expect, test } from '@jest/globals';
import { BLUE, type Colour, GREEN, jpeg, pixelsOf, png, quadrants, RED, YELLOW } from '../pictures.ts';
import { fileOf, masterOf, quartersOf, rendered, UPRIGHT } from './rendered.ts';

describe('a picture comes out upright', () => {
  /**
   * How the quarters lie in the file for each orientation. EXIF 2.32 (4.6.4, tag 274) says where row 0 and column 0 of
   * the file belong: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8
   * left bottom.
   */
  const stored: [number, Colour, Colour, Colour, Colour][] = [
    [1, RED, GREEN, BLUE, YELLOW],
    [2, GREEN, RED, YELLOW, BLUE],
    [3, YELLOW, BLUE, GREEN, RED],
    [4, BLUE, YELLOW, RED, GREEN],
    [5, RED, BLUE, GREEN, YELLOW],
    [6, GREEN, YELLOW, RED, BLUE],
    [7, YELLOW, GREEN, BLUE, RED],
    [8, BLUE, RED, YELLOW, GREEN],
  ];
  const shapes = [
    { widthPx: 96, heightPx: 64 },
    { widthPx: 64, heightPx: 96 },
  ];
  const rows = stored.flatMap(([orientation, ...quarters]) =>
    shapes.map((shape) => ({ orientation, quarters, ...shape })),
  );

  test.each(rows)('orientation $orientation of a $widthPx×$heightPx JPEG and PNG', async (row) => {
    const { orientation, quarters, widthPx, heightPx } = row;
    const [width, height] = orientation >= 5 ? [heightPx, widthPx] : [widthPx, heightPx];
    const picture = quadrants(width, height, quarters);
    for (const file of [await jpeg({ picture, orientation }), await png({ picture, orientation })]) {
      const photo = await rendered(file);
      expect(photo.master).toEqual({ widthPx, heightPx });
      expect(quartersOf(await masterOf(photo))).toEqual(UPRIGHT);
      expect(quartersOf(await pixelsOf(fileOf(photo, 32)))).toEqual(UPRIGHT);
    }
  });

  test.each(stored)('orientation %i: a crop box counts in the upright picture', async (orientation, ...quarters) => {
    const [width, height] = orientation >= 5 ? [64, 96] : [96, 64];
    const file = await jpeg({ picture: quadrants(width, height, quarters), orientation, quality: 100 });
    // 96 × 64 upright: the top right quarter is x 48…95, y 0…31.
    const photo = await rendered(file, { crop: { x: 60, y: 0, side: 30 } });
    expect(quartersOf(await masterOf(photo))).toEqual(['G', 'G', 'G', 'G']);
  });

  test.each(stored)('orientation %i of a large picture, made smaller on the way', async (orientation, ...quarters) => {
    const [width, height] = orientation >= 5 ? [800, 1200] : [1200, 800];
    const photo = await rendered(await jpeg({ picture: quadrants(width, height, quarters), orientation }));
    expect(photo.master).toEqual({ widthPx: 1024, heightPx: 683 });
    expect(quartersOf(await masterOf(photo))).toEqual(UPRIGHT);
  });
});
