import type { OddFile } from './odd-file.ts';
import { shuffled } from './odd-file.ts';

/** GIFs that are whole but untidy. Source: the GIF89a specification. */

const uint16 = (value: number): number[] => [value & 0xff, value >> 8];

const SIDE = 12;

/** A palette of `count` colours, all different. */
const paletteOf = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => [
    (index * 83) % 256,
    (index * 151 + 40) % 256,
    (index * 29 + 90) % 256,
  ]).flat();

/** An index a pixel. */
export const picture = (width: number, height: number, colours: number): number[] =>
  Array.from({ length: width * height }, (_, at) => (at % width) * 3 + Math.floor(at / width) * 5).map(
    (value) => value % colours,
  );

/**
 * LZW data that can be checked by hand: codes for single values only, and a clear code before the codes would grow
 * wider.
 */
export function lzw(values: number[], codeSize: number, { clears = true, ends = true } = {}): Buffer {
  const clear = 1 << codeSize;
  const codes: number[] = clears ? [clear] : [];
  for (const [index, value] of values.entries()) {
    // The table grows by one a code; a clear code keeps it below the next width.
    if (index > 0 && index % (clear - 2) === 0) codes.push(clear);
    codes.push(value);
  }
  return bitsOf([...codes, ...(ends ? [clear + 1] : [])], codeSize + 1);
}

export function bitsOf(codes: number[], width: number): Buffer {
  const bits = codes.flatMap((code) => Array.from({ length: width }, (_, bit) => (code >> bit) & 1));
  return Buffer.from(
    Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) =>
      bits.slice(8 * byte, 8 * byte + 8).reduce((sum, bit, place) => sum | (bit << place), 0),
    ),
  );
}

function subBlocks(data: Buffer, most = 255): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < data.length; at += most) {
    const part = data.subarray(at, at + most);
    blocks.push(Buffer.from([part.length]), part);
  }
  return Buffer.concat(blocks);
}

interface Screen {
  width?: number;
  height?: number;
  colours?: number;
  background?: number;
  version?: '87a' | '89a';
  flags?: number;
}

export function screen({
  width = SIDE,
  height = SIDE,
  colours = 16,
  background = 0,
  version = '89a',
  flags,
}: Screen = {}): Buffer {
  const bits = Math.log2(colours) - 1;
  return Buffer.from([
    ...Buffer.from(`GIF${version}`),
    ...uint16(width),
    ...uint16(height),
    flags ?? (colours === 0 ? 0 : 0x80 | bits),
    background,
    0,
    ...paletteOf(colours),
  ]);
}

interface Image {
  left?: number;
  top?: number;
  width?: number;
  height?: number;
  flags?: number;
  own?: number[];
  codeSize?: number;
  data?: Buffer;
  terminator?: boolean;
  most?: number;
}

export function image({
  left = 0,
  top = 0,
  width = SIDE,
  height = SIDE,
  own = [],
  flags = own.length > 0 ? 0x80 | (Math.log2(own.length / 3) - 1) : 0,
  codeSize = 4,
  data = lzw(picture(width, height, 16), 4),
  terminator = true,
  most = 255,
}: Image = {}): Buffer {
  return Buffer.concat([
    Buffer.from([0x2c, ...uint16(left), ...uint16(top), ...uint16(width), ...uint16(height), flags, ...own, codeSize]),
    subBlocks(data, most),
    Buffer.from(terminator ? [0] : []),
  ]);
}

export const control = (index?: number, disposal = 0): Buffer =>
  Buffer.from([0x21, 0xf9, 4, (disposal << 2) | (index === undefined ? 0 : 1), 10, 0, index ?? 0, 0]);
const comment = (text = 'hello'): Buffer => Buffer.from([0x21, 0xfe, text.length, ...Buffer.from(text, 'latin1'), 0]);
const looping = Buffer.from([0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0]);
const plainText = Buffer.from([0x21, 0x01, 12, 0, 0, 0, 0, 4, 0, 4, 0, 8, 8, 1, 2, 2, 0x61, 0x62, 0]);
const unknownExtension = Buffer.from([0x21, 0x77, 3, 1, 2, 3, 0]);
export const TRAILER = Buffer.from([0x3b]);

export const gifOf = (...parts: (Buffer | number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)));

const odd = (name: string, ...parts: (Buffer | number[])[]): OddFile => ({
  name: `GIF: ${name}`,
  make: () => gifOf(...parts),
});

const full = picture(SIDE, SIDE, 16);

function screens(): OddFile[] {
  return [
    [640, 480],
    [640, 512],
    [800, 600],
    [1024, 768],
    [1023, 768],
    [1280, 1024],
    [1600, 1200],
    [2048, 20],
    [2049, 20],
    [3000, 10],
    [20, 3000],
    [0, 0],
    [0, 9],
    [5, 5],
    [40, 5],
  ].map(([width = 0, height = 0]) =>
    odd(
      `a screen of ${width} × ${height}, a frame of 12 × 12 at 3, 2`,
      screen({ width, height }),
      image({ left: 3, top: 2 }),
      TRAILER,
    ),
  );
}

function structures(): OddFile[] {
  const parts = [
    { name: 'screen', bytes: screen() },
    { name: 'comment', bytes: comment() },
    { name: 'control', bytes: control(3) },
    { name: 'image', bytes: image() },
    { name: 'trailer', bytes: TRAILER },
  ];
  const between: [string, Buffer][] = [
    ['a NUL', Buffer.from([0])],
    ['five NULs', Buffer.alloc(5)],
    ['a byte of 9', Buffer.from([9])],
    ['a trailer', TRAILER],
    ['a plain text', plainText],
    ['an unknown extension', unknownExtension],
    ['an empty extension', Buffer.from([0x21, 0xfe, 0])],
    ['a control of 3 bytes', Buffer.from([0x21, 0xf9, 3, 1, 10, 0, 0])],
    ['a control of 5 bytes', Buffer.from([0x21, 0xf9, 5, 1, 10, 0, 3, 9, 0])],
    ['a control in two blocks', Buffer.from([0x21, 0xf9, 4, 1, 10, 0, 3, 1, 7, 0])],
    ['a control of 0 bytes', Buffer.from([0x21, 0xf9, 0])],
    ['a loop of an animation', looping],
  ];
  return [
    ...shuffled(parts).map(
      ({ name, bytes }): OddFile => ({
        name: `GIF: ${name}`,
        make: () => bytes,
        tidy: () => gifOf(screen(), control(3), image(), TRAILER),
      }),
    ),
    ...between.flatMap(([name, bytes]) => [
      odd(`${name} before the frame`, screen(), bytes, image(), TRAILER),
      odd(`${name} between control and frame`, screen(), control(3), bytes, image(), TRAILER),
      odd(`${name} before the trailer`, screen(), image(), bytes, TRAILER),
      odd(`${name} between two frames`, screen(), image(), bytes, image({ width: 4, height: 4 }), TRAILER),
    ]),
    odd('nothing odd', screen(), image(), TRAILER),
    odd('version 87a', screen({ version: '87a' }), image(), TRAILER),
    odd('version 87a with a control', screen({ version: '87a' }), control(3), image(), TRAILER),
    odd('bytes behind the trailer', screen(), image(), TRAILER, Buffer.from('more')),
    odd('NULs for a trailer', screen(), image(), Buffer.alloc(4)),
    odd('text for a trailer', screen(), image(), Buffer.from('more')),
    odd('no terminator of the data', screen(), image({ terminator: false }), TRAILER),
    odd('no terminator and no trailer', screen(), image({ terminator: false })),
    odd(
      'no terminator, no trailer, no end code',
      screen(),
      image({ terminator: false, data: lzw(full, 4, { ends: false }) }),
    ),
    odd('two frames, the second cut', screen(), image(), image().subarray(0, 30)),
    odd('two frames, no trailer', screen(), image(), image()),
    odd('two frames, the second outside', screen(), image(), image({ left: 30, top: 30 }), TRAILER),
    {
      name: 'GIF: data cut in the middle',
      make: () => gifOf(screen(), image().subarray(0, 60)),
      tidy: () => gifOf(screen(), image(), TRAILER),
    },
  ];
}

function data(): OddFile[] {
  const withData = (name: string, bytes: Buffer, codeSize = 4, more: Image = {}): OddFile =>
    odd(name, screen(), image({ data: bytes, codeSize, ...more }), TRAILER);
  const two = full.map((value) => value % 2);
  return [
    withData('no end code', lzw(full, 4, { ends: false })),
    withData('no clear code', lzw(full.slice(0, 10), 4, { clears: false })),
    withData('two clear codes', bitsOf([16, 16, 1, 2, 3, 17], 5)),
    withData('a clear code at the end', bitsOf([16, 1, 2, 3, 16, 17], 5)),
    withData('half of the pixels', lzw(full.slice(0, 70), 4)),
    withData('half of the pixels, no end code', lzw(full.slice(0, 70), 4, { ends: false })),
    withData('no pixel', lzw([], 4)),
    withData('no data', Buffer.alloc(0)),
    withData('more pixels than there are', lzw([...full, ...full], 4)),
    withData('bytes behind the end code', Buffer.concat([lzw(full, 4), Buffer.from([1, 2, 3])])),
    withData('a code that is not there yet', bitsOf([16, 1, 2, 25, 3, 17], 5)),
    withData('a code that is not there yet, first', bitsOf([16, 25, 3, 17], 5)),
    withData('a code of itself', bitsOf([16, 1, 18, 19, 17], 5)),
    withData('a byte a block', lzw(full, 4), 4, { most: 1 }),
    withData('a code size of 0', lzw(two, 2), 0),
    withData('a code size of 1', bitsOf([2, 0, 1, 3], 2), 1),
    withData(
      'a code size of 2',
      lzw(
        full.map((value) => value % 4),
        2,
      ),
      2,
    ),
    withData('a code size of 8', lzw(full, 8), 8),
    withData('a code size of 9', lzw(full, 9), 9),
    withData('a code size of 11', lzw(full, 11), 11),
    withData('a code size of 12', lzw(full, 12), 12),
    withData('interlaced', lzw(full, 4), 4, { flags: 0x40 }),
    withData('interlaced, half', lzw(full.slice(0, 70), 4), 4, { flags: 0x40 }),
    withData(
      'indices beyond the palette',
      lzw(
        full.map((value) => value * 4),
        6,
      ),
      6,
    ),
    ...[1, 4, 5, 8, 9].map((height) =>
      odd(`interlaced, ${height} high`, screen({ height }), image({ height, flags: 0x40 }), TRAILER),
    ),
    odd('no palette at all', screen({ colours: 0 }), image(), TRAILER),
    odd('no palette, and a transparent colour', screen({ colours: 0 }), control(3), image(), TRAILER),
    odd('its own palette', screen(), image({ own: paletteOf(32).slice(48) }), TRAILER),
    odd('its own palette alone', screen({ colours: 0 }), image({ own: paletteOf(16) }), TRAILER),
    odd('a palette cut', screen().subarray(0, 30)),
    odd('a sorted palette, and reserved bits', screen({ flags: 0xfb }), image({ flags: 0x38 }), TRAILER),
    odd('a transparent colour beyond the palette', screen(), control(99), image(), TRAILER),
    odd('a transparent colour that is the background', screen({ background: 3 }), control(3), image(), TRAILER),
    odd(
      'a background colour, and a small frame',
      screen({ background: 3 }),
      image({ left: 2, top: 3, width: 5, height: 4 }),
      TRAILER,
    ),
    odd(
      'a small frame with disposal 2',
      screen(),
      control(undefined, 2),
      image({ left: 2, top: 3, width: 5, height: 4 }),
      TRAILER,
    ),
    odd('a frame of one red pixel on 2 × 2', screen({ width: 2, height: 2 }), image({ width: 1, height: 1 }), TRAILER),
    odd('a frame that begins outside', screen(), image({ left: 20, top: 3 }), TRAILER),
    odd('a frame partly outside', screen(), image({ left: 5, top: 3 }), TRAILER),
    odd('a frame of width 0', screen(), image({ width: 0, data: lzw([], 4) }), TRAILER),
    odd('a frame of width 0, and one that is whole', screen(), image({ width: 0, data: lzw([], 4) }), image(), TRAILER),
  ];
}

export const ODD_GIFS: OddFile[] = [...screens(), ...structures(), ...data()];
