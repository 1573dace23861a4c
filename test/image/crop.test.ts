import { describe, expect, test } from '@jest/globals';
import { render } from '../../lambdas/image/render.ts';
import { BLUE, colourAt, GREEN, paint, pixelsOf, png, RED } from '../pictures.ts';
import { boxed, fileOf, letterboxColour, masterOf, rendered, whole } from './rendered.ts';

describe('squares are cut from the middle', () => {
  test('what lies left and right of a landscape is gone', async () => {
    // Thirds: red, green, blue. The middle square of 300×100 is all green.
    const picture = paint(300, 100, (x) => (x < 100 ? RED : x < 200 ? GREEN : BLUE));
    const photo = await rendered(await png({ picture }));
    const square = await pixelsOf(fileOf(photo, 100));
    expect([colourAt(square, 0, 50), colourAt(square, 99, 50)]).toEqual([
      [...GREEN, 255],
      [...GREEN, 255],
    ]);
  });
});

describe('crop', () => {
  /** A pixel's colour tells where it was. */
  const picture = paint(100, 80, (x, y) => [x * 2, y * 3, 7]);

  test.each([
    [{ x: 0, y: 0, side: 30 }],
    [{ x: 70, y: 0, side: 30 }],
    [{ x: 0, y: 50, side: 30 }],
    [{ x: 70, y: 50, side: 30 }],
    [{ x: 33, y: 21, side: 30 }],
    [{ x: 20, y: 0, side: 80 }],
    [{ x: 99, y: 79, side: 1 }],
  ])('%j is cut out exactly', async (crop) => {
    const { x, y, side } = crop;
    for (const policy of [whole, boxed]) {
      const photo = await rendered(await png({ picture }), { policy, crop });
      expect(photo.master).toEqual({ widthPx: side, heightPx: side });
      const master = await masterOf(photo);
      expect(colourAt(master, 0, 0)).toEqual([x * 2, y * 3, 7, 255]);
      expect(colourAt(master, side - 1, side - 1)).toEqual([(x + side - 1) * 2, (y + side - 1) * 3, 7, 255]);
    }
  });

  test.each([
    { x: -1, y: 0, side: 30 },
    { x: 0, y: -1, side: 30 },
    { x: 71, y: 0, side: 30 },
    { x: 0, y: 51, side: 30 },
  ])('%j is refused', async (crop) => {
    expect(await render(await png({ picture }), { policy: whole, crop, letterboxColour })).toEqual({
      ok: false,
      refusal: { code: 'crop-outside', crop, widthPx: 100, heightPx: 80 },
    });
  });
});
