import { describe, expect, test } from '@jest/globals';
import { colourAt, gif, isNear, jpeg, paint, png, RED, solid } from '../pictures.ts';
import { BAR, boxed, CLEAR, masterOf, OPAQUE_RED, rendered } from './rendered.ts';

describe('letterbox', () => {
  test('bars have the colour and the rows that they should', async () => {
    // 100×61: 39 rows of bars, 19 above and 20 below.
    const square = await masterOf(await rendered(await png({ picture: solid(100, 61, RED) }), { policy: boxed }));
    expect([square.width, square.height]).toEqual([100, 100]);
    const rows = Array.from({ length: 100 }, (_, y) => colourAt(square, y, y));
    expect(rows.slice(0, 19)).toEqual(Array(19).fill([...BAR, 255]));
    expect(rows.slice(19, 80)).toEqual(Array(61).fill([...RED, 255]));
    expect(rows.slice(80)).toEqual(Array(20).fill([...BAR, 255]));
  });

  test('columns of a portrait, in a JPEG and a GIF', async () => {
    const picture = solid(64, 128, RED);
    for (const file of [await jpeg({ picture }), await gif({ picture })]) {
      const square = await masterOf(await rendered(file, { policy: boxed }));
      for (const x of [0, 30, 97, 127]) expect(isNear(colourAt(square, x, 64), BAR)).toBe(true);
      for (const x of [34, 64, 93]) expect(isNear(colourAt(square, x, 64), RED)).toBe(true);
    }
  });

  test('bars of a grey picture keep their colour', async () => {
    const file = await png({ picture: solid(64, 32, [99, 99, 99]), grey: true });
    const square = await masterOf(await rendered(file, { policy: boxed }));
    expect(colourAt(square, 5, 5)).toEqual([...BAR, 255]);
    expect(isNear(colourAt(square, 5, 32), [99, 99, 99], 2)).toBe(true);
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['a PNG with alpha', () => png({ picture: solid(64, 32, [200, 0, 0, 128]) })],
    ['a palette PNG with alpha', () => png({ picture: solid(64, 32, [200, 0, 0, 128]), palette: true })],
  ])('bars of %s are transparent, and the picture is as transparent as it was', async (_, make) => {
    const square = await masterOf(await rendered(await make(), { policy: boxed }));
    expect(colourAt(square, 5, 5)).toEqual(CLEAR);
    expect(colourAt(square, 5, 60)).toEqual(CLEAR);
    expect(isNear(colourAt(square, 32, 32), [200, 0, 0, 128], 2)).toBe(true);
  });

  test('bars of a GIF are transparent where frame 1 is see-through somewhere', async () => {
    const picture = paint(64, 32, (x) => (x < 32 ? OPAQUE_RED : CLEAR), 4);
    const square = await masterOf(await rendered(await gif({ picture }), { policy: boxed }));
    expect(colourAt(square, 5, 5)[3]).toBe(0);
    expect(colourAt(square, 50, 32)[3]).toBe(0);
    expect(colourAt(square, 10, 32)[3]).toBe(255);
  });

  test('bars of a GIF are coloured where only later frames are see-through', async () => {
    const frames = [paint(64, 32, () => OPAQUE_RED, 4), paint(64, 32, () => CLEAR, 4)];
    const square = await masterOf(await rendered(await gif({ frames }), { policy: boxed }));
    expect(isNear(colourAt(square, 5, 5), BAR)).toBe(true);
  });

  test('a square picture gets none', async () => {
    const square = await masterOf(await rendered(await png({ picture: solid(64, 64, RED) }), { policy: boxed }));
    expect(colourAt(square, 0, 0)).toEqual([...RED, 255]);
  });
});
