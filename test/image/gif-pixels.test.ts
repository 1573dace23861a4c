import { describe, expect, test } from '@jest/globals';
import { isNear } from '../pictures.ts';
import { decodedRgba } from './decoded.ts';
import { bitsOf, control, gifOf, image, lzw, screen, TRAILER } from './odd-gifs.ts';
import { boxed, letterboxColour, masterOf, rendered } from './rendered.ts';

/** Two colours, red and blue. */
const PALETTE = [220, 30, 30, 30, 30, 220];
const [R, B, O] = ['R', 'B', '.'];

/** Each pixel by a letter, rows from the top: red, blue, transparent, black. */
async function letters(file: Buffer): Promise<string[] | string> {
  const seen = await decodedRgba(file);
  if (typeof seen === 'string') return seen;
  const names: Record<string, string> = { dc1e1eff: R, '1e1edcff': B, '000000ff': 'K' };
  const pixel = (at: number) => {
    const hex = seen.data.toString('hex', at, at + 4);
    return hex.endsWith('00') ? O : (names[hex] ?? `<${hex}>`);
  };
  return Array.from({ length: seen.heightPx }, (_, y) =>
    Array.from({ length: seen.widthPx }, (_, x) => pixel(4 * (y * seen.widthPx + x))).join(''),
  );
}

const canvas = (width: number, height: number) => gifOf(screen({ width, height, colours: 2 }).subarray(0, 13), PALETTE);
const frame = (left: number, top: number, width: number, height: number, values: number[], ends = true) =>
  image({ left, top, width, height, codeSize: 2, data: lzw(values, 2, { ends }) });

describe('what the first frame does not paint is transparent', () => {
  test('one red pixel on 2 × 2', async () => {
    expect(await letters(gifOf(canvas(2, 2), frame(0, 0, 1, 1, [0]), TRAILER))).toEqual(['R.', '..']);
  });

  test('a frame within the screen', async () => {
    expect(await letters(gifOf(canvas(4, 3), frame(1, 1, 2, 1, [0, 1]), TRAILER))).toEqual(['....', '.RB.', '....']);
  });

  test('data that ends early', async () => {
    expect(await letters(gifOf(canvas(3, 2), frame(0, 0, 3, 2, [0, 1, 0, 1]), TRAILER))).toEqual(['RBR', 'B..']);
    expect(await letters(gifOf(canvas(3, 2), frame(0, 0, 3, 2, [], true), TRAILER))).toEqual(['...', '...']);
  });

  test('a transparent colour', async () => {
    expect(await letters(gifOf(canvas(3, 1), control(1), frame(0, 0, 3, 1, [0, 1, 0]), TRAILER))).toEqual(['R.R']);
  });

  test('a transparent colour that is not used makes it opaque, and so does one for a later frame', async () => {
    const file = gifOf(
      canvas(2, 1),
      control(3),
      frame(0, 0, 2, 1, [0, 1]),
      control(0),
      frame(0, 0, 2, 1, [0, 1]),
      TRAILER,
    );
    expect(await letters(file)).toEqual(['RB']);
    expect((await masterOf(await rendered(file))).data[3]).toBe(255);
  });

  test('an index without a colour is black', async () => {
    expect(await letters(gifOf(canvas(2, 1), frame(0, 0, 2, 1, [0, 3]), TRAILER))).toEqual(['RK']);
  });
});

describe('the canvas is the logical screen', () => {
  test.each([
    [640, 480],
    [640, 512],
    [800, 600],
    [1023, 768],
    [1024, 768],
    [1280, 1024],
    [1600, 1200],
    [2049, 100],
    [100, 2500],
  ])('%i × %i', async (width, height) => {
    const seen = await decodedRgba(gifOf(canvas(width, height), frame(50, 40, 3, 2, [0, 1, 0, 1, 0, 1]), TRAILER));
    if (typeof seen === 'string') throw new Error(seen);
    expect([seen.widthPx, seen.heightPx]).toEqual([width, height]);
    expect([...seen.data.subarray(4 * (40 * width + 50), 4 * (40 * width + 51))]).toEqual([220, 30, 30, 255]);
    expect(seen.data[3]).toBe(0);
  });

  test('a crop box counts on it', async () => {
    const full = Array.from({ length: 900 * 700 }, (_, at) => (at % 900 < 450 ? 0 : 1));
    const file = gifOf(canvas(1024, 768), frame(62, 34, 900, 700, full), TRAILER);
    const photo = await rendered(file, { crop: { x: 200, y: 0, side: 768 } });
    expect(photo.master).toEqual({ widthPx: 768, heightPx: 768 });
    const master = await masterOf(photo);
    const at = (x: number, y: number) => [...master.data.subarray(4 * (y * 768 + x), 4 * (y * 768 + x) + 4)];
    // Blue begins at 62 + 450 of the screen, which is 312 of the box. Rows 0 to 33 are above the frame.
    expect(isNear(at(311, 100), [220, 30, 30, 255], 2)).toBe(true);
    expect(isNear(at(313, 100), [30, 30, 220, 255], 2)).toBe(true);
    expect(at(311, 10)[3]).toBe(0);
  });

  test('the first frame makes it larger, as in Chromium; a later one does not', async () => {
    const outside = frame(1, 0, 3, 1, [0, 1, 0]);
    expect(await letters(gifOf(canvas(2, 2), outside, TRAILER))).toEqual(['.RBR', '....']);
    expect(await letters(gifOf(canvas(1, 1), frame(0, 0, 1, 1, [1]), outside, TRAILER))).toEqual(['B']);
  });
});

describe('LZW', () => {
  const whole = [0, 1, 1, 0, 0, 1];
  const one = (data: Buffer, codeSize = 2) =>
    gifOf(canvas(3, 2), image({ width: 3, height: 2, codeSize, data }), TRAILER);

  test('without its end code, the last pixels are there', async () => {
    expect(await letters(one(lzw(whole, 2, { ends: false })))).toEqual(['RBB', 'RRB']);
  });

  test('codes for runs, and one for a run that is just being made', async () => {
    // 4 clears, then 0, then 6 = "0 0" (used before it is in the table), then 1, then 5 ends. Rows: 0 0 0 1.
    expect(await letters(one(bitsOf([4, 0, 6, 1, 5], 3)))).toEqual(['RRR', 'B..']);
  });

  test('a code that means nothing is damage', async () => {
    expect(await letters(one(bitsOf([4, 0, 7, 1, 5], 3)))).toBe('corrupt-image');
  });

  test('the table grows to 4,096 codes and stays', async () => {
    // Every pair of 256 values once. No pair is repeated, so each code is one value, and the table fills up.
    const side = 72;
    const values = Array.from({ length: side * side }, (_, at) => (at * 7 + Math.floor(at / 256)) % 256);
    const codes: [number, number][] = [[256, 9]];
    let [next, width] = [258, 9];
    for (const [index, value] of values.entries()) {
      codes.push([value, width]);
      if (index > 0 && next < 4096) next++;
      if (next === 1 << width && width < 12) width++;
    }
    codes.push([257, width]);
    const bits = codes.flatMap(([code, length]) => Array.from({ length }, (_, bit) => (code >> bit) & 1));
    const data = bitsOf(bits, 1);
    const palette = Array.from({ length: 256 }, (_, value) => [value, 255 - value, value ^ 0x55]).flat();
    const file = gifOf(
      screen({ width: side, height: side, colours: 0 }),
      image({ width: side, height: side, own: palette, codeSize: 8, data }),
      TRAILER,
    );
    const seen = await decodedRgba(file);
    if (typeof seen === 'string') throw new Error(seen);
    for (const [at, value] of values.entries())
      expect([...seen.data.subarray(4 * at, 4 * at + 2)]).toEqual([value, 255 - value]);
  });

  test('interlaced rows lie where they belong', async () => {
    // Ten rows: 0 and 8, then 4, then 2 and 6, then the odd ones. The file's first two rows are red.
    const values = Array.from({ length: 10 }, (_, row) => (row < 2 ? 0 : 1));
    const file = gifOf(
      canvas(1, 10),
      image({ width: 1, height: 10, flags: 0x40, codeSize: 2, data: lzw(values, 2) }),
      TRAILER,
    );
    expect(await letters(file)).toEqual([R, B, B, B, B, B, B, B, R, B]);
  });
});

describe('blocks', () => {
  const only = frame(0, 0, 2, 1, [0, 1]);
  test.each<[string, Buffer]>([
    ['no trailer', gifOf(canvas(2, 1), only)],
    ['NULs for a trailer', gifOf(canvas(2, 1), only, Buffer.alloc(3))],
    ['NULs before the frame', gifOf(canvas(2, 1), Buffer.alloc(3), only, TRAILER)],
    ['NULs before the trailer', gifOf(canvas(2, 1), only, Buffer.alloc(3), TRAILER)],
    ['NULs between two frames', gifOf(canvas(2, 1), only, Buffer.alloc(2), only, TRAILER)],
    ['other bytes behind the frame', gifOf(canvas(2, 1), only, Buffer.from('hello'))],
  ])('%s', async (_, file) => {
    expect(await letters(file)).toEqual(['RB']);
  });

  test('a file that is cut inside its frame is refused, and inside a later one too', async () => {
    expect(await letters(gifOf(canvas(2, 1), only.subarray(0, -3)))).toBe('corrupt-image');
    expect(await letters(gifOf(canvas(2, 1), only, only.subarray(0, -3)))).toBe('corrupt-image');
  });
});

test('bars of a GIF with transparency are transparent, and of one without have the colour', async () => {
  const clear = await masterOf(
    await rendered(gifOf(canvas(4, 2), frame(0, 0, 2, 2, [0, 0, 0, 0]), TRAILER), { policy: boxed, letterboxColour }),
  );
  expect(clear.data[3]).toBe(0);
  const opaque = await masterOf(
    await rendered(gifOf(canvas(4, 2), frame(0, 0, 4, 2, [0, 0, 0, 0, 1, 1, 1, 1]), TRAILER), {
      policy: boxed,
      letterboxColour,
    }),
  );
  expect([...opaque.data.subarray(0, 4)]).toEqual([0x10, 0x20, 0x30, 255]);
});
