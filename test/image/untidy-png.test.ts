import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { exif, pngChunk, pngFile, uint32 } from '../picture-parts.ts';
import { decoded, decodedRgba } from './decoded.ts';

/** 600 pixels wide, so that a repeated row lies further back than a small window reaches. */
const WIDTH = 600;
const HEIGHT = 6;
/** Rows of noise, the second half a copy of the first; before each a filter of 0. */
const ROWS = ((): Buffer => {
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  const half = Array.from({ length: HEIGHT / 2 }, () => [0, ...Array.from({ length: 3 * WIDTH }, noise)]).flat();
  return Buffer.from([...half, ...half]);
})();
const PACKED = deflateSync(ROWS);
const SIGNATURE_AND_IHDR = 33;

const pngWith = (data: Buffer, chunks: Buffer[] = []): Buffer =>
  pngFile({ widthPx: WIDTH, heightPx: HEIGHT, chunks, data });
const changed = (file: Buffer, at: number, by: (byte: number) => number): Buffer => {
  const copy = Buffer.from(file);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = by(copy[place] ?? 0);
  return copy;
};
const turned = (byte: number): number => byte ^ 1;

/** A zlib header for a window of 2^(8 + n) bytes, with the right check bits. RFC 1950, section 2.2. */
function withWindow(n: number): Buffer {
  const first = 0x08 | (n << 4);
  return Buffer.from([first, 31 - ((first * 256) % 31), ...PACKED.subarray(2)]);
}

const PIXELS = Buffer.concat(
  Array.from({ length: HEIGHT }, (_, y) => ROWS.subarray(y * (1 + 3 * WIDTH) + 1, (y + 1) * (1 + 3 * WIDTH))),
);

describe('taken, every pixel right', () => {
  const behindIhdr = (file: Buffer, ...parts: Buffer[]) =>
    Buffer.concat([file.subarray(0, SIGNATURE_AND_IHDR), ...parts, file.subarray(SIGNATURE_AND_IHDR)]);
  test.each<[string, () => Buffer]>([
    ['nothing odd', () => pngWith(PACKED)],
    ...[0, 1, 2, 3].map((n): [string, () => Buffer] => [
      `a window of ${2 ** (8 + n)} for matches 5,403 bytes back`,
      () => pngWith(withWindow(n)),
    ]),
    ['a wrong Adler-32', () => pngWith(changed(PACKED, -1, turned))],
    ['no Adler-32', () => pngWith(PACKED.subarray(0, -4))],
    ['no IEND', () => pngWith(PACKED).subarray(0, -12)],
    ['no IEND and no checksum of IDAT', () => pngWith(PACKED).subarray(0, -16)],
    ['zeros for IEND', () => Buffer.concat([pngWith(PACKED).subarray(0, -12), Buffer.alloc(30)])],
    ['IEND with a wrong checksum', () => changed(pngWith(PACKED), -1, turned)],
    ['a row more', () => pngWith(deflateSync(Buffer.concat([ROWS, ROWS.subarray(0, 1 + 3 * WIDTH)])))],
    ['100,000 bytes more', () => pngWith(deflateSync(Buffer.concat([ROWS, Buffer.alloc(100_000)])))],
    ['a row more, and a wrong Adler-32', () => pngWith(changed(deflateSync(Buffer.concat([ROWS, ROWS])), -1, turned))],
    ['bytes behind the data', () => pngWith(Buffer.concat([PACKED, Buffer.from('more')]))],
    ['a flush for the last block', () => pngWith(deflateSync(ROWS, { finishFlush: 2 }))],
    [
      'a text with a wrong checksum',
      () => behindIhdr(pngWith(PACKED), changed(pngChunk('tEXt', Buffer.from('a\0b')), -1, turned)),
    ],
    [
      'transparency with a wrong checksum',
      () => behindIhdr(pngWith(PACKED), changed(pngChunk('tRNS', Buffer.alloc(6)), -1, turned)),
    ],
    ['a chunk whose name is no letters', () => behindIhdr(pngWith(PACKED), pngChunk('12 4', Buffer.from('ab')))],
  ])('%s', async (_, make) => {
    const pixels = await decoded(make());
    if (typeof pixels === 'string') throw new Error(pixels);
    expect([pixels.widthPx, pixels.heightPx, pixels.channels]).toEqual([WIDTH, HEIGHT, 3]);
    expect(pixels.data.equals(PIXELS)).toBe(true);
  });
});

describe('refused', () => {
  test.each<[string, () => Buffer]>([
    ['a wrong checksum over the pixels', () => changed(pngWith(PACKED), -13, turned)],
    ['a byte of the last row less', () => pngWith(deflateSync(ROWS.subarray(0, -1)))],
    ['a byte of the last row less, no IEND', () => pngWith(deflateSync(ROWS.subarray(0, -1))).subarray(0, -12)],
    [
      'a filter that does not exist in the last row',
      () => pngWith(deflateSync(changed(ROWS, -1 - 3 * WIDTH, () => 5))),
    ],
    [
      'the same with a wrong Adler-32',
      () => pngWith(changed(deflateSync(changed(ROWS, -1 - 3 * WIDTH, () => 5)), -1, turned)),
    ],
    ['a window of 65,536', () => pngWith(withWindow(8))],
    ['a zlib header with a wrong check', () => pngWith(changed(PACKED, 1, turned))],
    [
      'a critical chunk that nobody knows',
      () => pngWith(changed(PACKED, -1, turned), [pngChunk('ABCD', Buffer.alloc(3))]),
    ],
    [
      'two palettes, and no way to tell which',
      () =>
        pngWith(changed(PACKED, -1, turned), [pngChunk('PLTE', Buffer.alloc(3)), pngChunk('PLTE', Buffer.alloc(6))]),
    ],
    ['damage behind the last row, and nothing to say that it is the last', () => pngWith(PACKED.subarray(0, -6))],
  ])('%s', async (_, make) => {
    expect(await decoded(make())).toBe('corrupt-image');
  });
});

describe('an animation', () => {
  const animation = (frames: number) => pngChunk('acTL', uint32(frames, 0));
  const control = (sequence: number, width: number, height: number, left = 0, top = 0) =>
    pngChunk('fcTL', Buffer.concat([uint32(sequence, width, height, left, top), Buffer.from([0, 1, 0, 10, 0, 0])]));
  const rows = (width: number, height: number, colour: number[]): Buffer =>
    deflateSync(
      Buffer.concat(Array.from({ length: height }, () => Buffer.from([0, ...Array(width).fill(colour).flat()]))),
    );
  const frame = (sequence: number, data: Buffer) => pngChunk('fdAT', Buffer.concat([uint32(sequence), data]));
  const RED = [220, 30, 30];
  const BLUE = [30, 30, 220];
  const still = (chunks: Buffer[]) => pngFile({ widthPx: 4, heightPx: 3, chunks, data: rows(4, 3, RED) });
  const moving = (before: Buffer[], ...after: Buffer[]) => {
    const file = still(before);
    return Buffer.concat([file.subarray(0, -12), ...after, file.subarray(-12)]);
  };
  /** The colours of a row's pixels, as letters. */
  const seen = async (file: Buffer): Promise<string[] | string> => {
    const pixels = await decodedRgba(file);
    if (typeof pixels === 'string') return pixels;
    const letter = (at: number) => (pixels.data[at + 3] === 0 ? '.' : pixels.data[at] === 220 ? 'R' : 'B');
    return Array.from({ length: pixels.heightPx }, (_, y) =>
      Array.from({ length: pixels.widthPx }, (_, x) => letter(4 * (y * pixels.widthPx + x))).join(''),
    );
  };

  test('that begins with its default picture shows that', async () => {
    expect(await seen(moving([animation(2), control(0, 4, 3)], control(1, 4, 3), frame(2, rows(4, 3, BLUE))))).toEqual([
      'RRRR',
      'RRRR',
      'RRRR',
    ]);
  });

  test('of which the default picture is no part shows its first frame', async () => {
    const blue = rows(4, 3, BLUE);
    expect(await seen(moving([animation(1)], control(0, 4, 3), frame(1, blue)))).toEqual(['BBBB', 'BBBB', 'BBBB']);
    const inTwo = [frame(1, blue.subarray(0, 7)), frame(2, blue.subarray(7))];
    expect(
      await seen(moving([animation(2)], control(0, 4, 3), ...inTwo, control(3, 4, 3), frame(4, rows(4, 3, RED)))),
    ).toEqual(['BBBB', 'BBBB', 'BBBB']);
  });

  test('whose first frame is a part of the canvas shows that on nothing', async () => {
    expect(await seen(moving([animation(1)], control(0, 2, 1, 1, 2), frame(1, rows(2, 1, BLUE))))).toEqual([
      '....',
      '....',
      '.BB.',
    ]);
    expect(
      await seen(moving([pngChunk('eXIf', exif(6)), animation(1)], control(0, 2, 1, 1, 2), frame(1, rows(2, 1, BLUE)))),
    ).toEqual([
      // Turned to the right: the bottom row is the left column.
      '...',
      'B..',
      'B..',
      '...',
    ]);
  });

  test('whose first frame lies outside, or is cut, is refused', async () => {
    expect(await seen(moving([animation(1)], control(0, 2, 1, 3, 0), frame(1, rows(2, 1, BLUE))))).toBe(
      'corrupt-image',
    );
    expect(await seen(moving([animation(1)], control(0, 0, 1), frame(1, rows(2, 1, BLUE))))).toBe('corrupt-image');
    expect(await seen(moving([animation(1)], control(0, 4, 3), frame(1, rows(4, 3, BLUE).subarray(0, -8))))).toBe(
      'corrupt-image',
    );
    expect(
      await seen(
        moving([animation(2), control(0, 4, 3)], control(1, 4, 3), frame(2, rows(4, 3, BLUE))).subarray(0, -16),
      ),
    ).toBe('corrupt-image');
  });

  test('without any frame is its default picture', async () => {
    expect(await seen(still([animation(1)]))).toEqual(['RRRR', 'RRRR', 'RRRR']);
    expect(await seen(moving([animation(0)], control(0, 4, 3), frame(1, rows(4, 3, BLUE))))).toEqual([
      'RRRR',
      'RRRR',
      'RRRR',
    ]);
  });

  test('a first frame that claims more than the canvas costs nothing', async () => {
    expect(await seen(moving([animation(1)], control(0, 60_000, 60_000), frame(1, rows(2, 1, BLUE))))).toBe(
      'corrupt-image',
    );
  });
});
