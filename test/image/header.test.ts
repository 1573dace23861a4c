import { describe, expect, test } from '@jest/globals';
import type { SourceFormat } from '../../lambdas/core/photo.ts';
import { type Header, uprightSize, workingBytes } from '../../lambdas/image/header.ts';
import { readHeader } from '../../lambdas/image/read-header.ts';
import { heicFile } from '../heic/heic-files.ts';
import { av1, clap, heifFile, irot, itemOf } from '../heif-file.ts';
import { ANIM, anmf, bitstreamOf, riff, riffChunk, vp8x } from '../hostile/hostile-webp.ts';
import { exif, exifSegment, gifFile, withChunk, withSegment } from '../picture-parts.ts';
import { avifOf, gif, jpeg, png, solid, webpOf } from '../pictures.ts';

const picture = solid(30, 20, [10, 20, 30]);
const seeThrough = solid(30, 20, [10, 20, 30, 40]);

const still = { widthPx: 30, heightPx: 20, orientation: 1, frames: 1, needsFullBuffer: false, bytesASample: 1 };
const rgb = { ...still, channels: 3, hasAlpha: false };
/** WebP and AVIF are decoded whole. */
const held = { ...rgb, needsFullBuffer: true };
const heldAlpha = { ...held, channels: 4, hasAlpha: true };
const webpWith = async (chunk: Buffer) => riff(vp8x(30, 20, 0x08), bitstreamOf(await webpOf(picture)), chunk);

const little = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
const asLong = Buffer.from('49492a0008000000010012010400010000000800000000000000', 'hex');

const rows: [string, SourceFormat, () => Promise<Buffer> | Buffer, object | undefined][] = [
  ['a JPEG', 'jpeg', () => jpeg({ picture }), rgb],
  ['a progressive JPEG', 'jpeg', () => jpeg({ picture, progressive: true }), { ...rgb, needsFullBuffer: true }],
  ['a CMYK JPEG', 'jpeg', () => jpeg({ picture, cmyk: true }), { ...rgb, channels: 4 }],
  ['EXIF, big-endian', 'jpeg', () => jpeg({ picture, orientation: 3 }), { ...rgb, orientation: 3 }],
  ['EXIF, little-endian', 'jpeg', () => exifed(little), { ...rgb, orientation: 6 }],
  ['EXIF with a LONG', 'jpeg', () => exifed(asLong), { ...rgb, orientation: 8 }],
  ['EXIF out of range: 9', 'jpeg', () => jpeg({ picture, orientation: 9 }), rgb],
  ['EXIF out of range: 0', 'jpeg', () => jpeg({ picture, orientation: 0 }), rgb],
  ['EXIF cut short', 'jpeg', () => exifed(exif(6).subarray(0, 20)), rgb],
  ['a directory outside the EXIF', 'jpeg', () => exifed(Buffer.from('MM\0*\xff\xff\xff\xf0', 'latin1')), rgb],
  [
    'two EXIFs: the first holds',
    'jpeg',
    async () => withExif(await exifed(exif(3)), exif(6)),
    { ...rgb, orientation: 6 },
  ],
  [
    'two frame headers',
    'jpeg',
    async () => withSegment(await jpeg({ picture }), 0xc0, Buffer.from([8, 0, 1, 0, 1, 3])),
    undefined,
  ],
  [
    'a height of 0',
    'jpeg',
    () => Buffer.from('ffd8ffc0000b0800000010010111ffda0008010100003f00ffd9', 'hex'),
    undefined,
  ],
  ['a segment longer than the file', 'jpeg', () => Buffer.from('ffd8ffe0ffff4a46', 'hex'), undefined],
  ['a segment of length 0', 'jpeg', () => Buffer.from('ffd8ffe00000ffe00000ffe00000', 'hex'), undefined],
  ['100 scans', 'jpeg', () => scans(100), { widthPx: 16, heightPx: 16, needsFullBuffer: true }],
  ['101 scans', 'jpeg', () => scans(101), undefined],

  ['a PNG', 'png', () => png({ picture }), rgb],
  ['a PNG with alpha', 'png', () => png({ picture: seeThrough }), { ...rgb, channels: 4, hasAlpha: true }],
  ['an interlaced PNG', 'png', () => png({ picture, interlaced: true }), { ...rgb, needsFullBuffer: true }],
  ['a PNG of 16 bits', 'png', () => png({ picture, bits16: true }), { ...rgb, bytesASample: 2 }],
  ['a grey PNG', 'png', () => png({ picture, grey: true }), { ...rgb, channels: 1 }],
  ['a palette counts as what it is expanded to', 'png', () => png({ picture, palette: true }), rgb],
  [
    'a palette with tRNS',
    'png',
    () => png({ picture: seeThrough, palette: true }),
    { ...rgb, channels: 4, hasAlpha: true },
  ],
  ['a PNG on its side', 'png', () => png({ picture, orientation: 5 }), { ...rgb, orientation: 5 }],
  [
    'an animated PNG',
    'png',
    async () => withChunk(await png({ picture }), 'acTL', Buffer.from([0, 0, 0, 7, 0, 0, 0, 0])),
    { ...rgb, frames: 7 },
  ],
  ['a PNG of colour type 5', 'png', async () => changed(await png({ picture }), 25, 5), undefined],
  ['a PNG of width 0', 'png', async () => changed(await png({ picture }), 19, 0), undefined],
  [
    'a PNG without pixels',
    'png',
    async () => {
      const file = await png({ picture });
      return Buffer.concat([file.subarray(0, 33), file.subarray(-12)]);
    },
    undefined,
  ],
  ['a PNG without IEND', 'png', async () => (await png({ picture })).subarray(0, -12), rgb],
  ['a PNG without IHDR', 'png', async () => withoutHeader(await png({ picture })), undefined],

  ['a WebP', 'webp', () => webpOf(picture), held],
  ['a WebP without loss', 'webp', () => webpOf(picture, { lossless: true }), held],
  ['a WebP with alpha', 'webp', () => webpOf(seeThrough), heldAlpha],
  ['a WebP with alpha, without loss', 'webp', () => webpOf(seeThrough, { lossless: true }), heldAlpha],
  ['an animated WebP', 'webp', () => webpOf([picture, solid(30, 20, [9, 9, 9])]), { ...held, channels: 4, frames: 2 }],
  ['EXIF in a WebP', 'webp', () => webpWith(riffChunk('EXIF', exif(6))), { ...held, orientation: 6 }],
  [
    'EXIF in a WebP, as in a JPEG',
    'webp',
    () => webpWith(riffChunk('EXIF', exifSegment(exif(8)))),
    { ...held, orientation: 8 },
  ],
  [
    'a first frame smaller than the canvas',
    'webp',
    async () => riff(vp8x(90, 60, 0x02), ANIM, anmf(30, 20, bitstreamOf(await webpOf(picture)), [4, 6])),
    { widthPx: 90, heightPx: 60, channels: 4, hasAlpha: true },
  ],
  [
    'a canvas of another size',
    'webp',
    async () => riff(vp8x(31, 20, 0), bitstreamOf(await webpOf(picture))),
    undefined,
  ],
  ['a WebP cut short', 'webp', async () => (await webpOf(picture)).subarray(0, -2), undefined],
  ['a WebP without a picture', 'webp', () => riff(vp8x(30, 20, 0)), undefined],
  ['bytes behind a WebP', 'webp', async () => Buffer.concat([await webpOf(picture), Buffer.alloc(99)]), held],

  ['an AVIF', 'avif', () => avifOf(picture), { ...held, codedPixels: 600 }],
  ['an AVIF of 10 bits', 'avif', () => avifOf(picture, { bitdepth: 10 }), { ...held, bytesASample: 2 }],
  ['an AVIF with alpha', 'avif', () => avifOf(seeThrough), { ...heldAlpha, codedPixels: 600 }],
  [
    'an AVIF turned, and cut to its middle: what is decoded counts',
    'avif',
    async () => heifFile('avif', [itemOf('av01', await av1(picture), clap(10, 6), irot(1))]),
    { ...held, widthPx: 6, heightPx: 10, codedPixels: 600 },
  ],
  ['a HEIC', 'heic', () => heicFile('quadrants'), { ...rgb, widthPx: 128, heightPx: 64 }],
  [
    'a HEIC of 10 bits',
    'heic',
    () => heicFile('quadrants-10-bits'),
    { ...rgb, widthPx: 128, heightPx: 64, bytesASample: 2 },
  ],
  [
    'a HEIC with alpha',
    'heic',
    () => heicFile('with-alpha'),
    { ...rgb, widthPx: 128, heightPx: 64, channels: 4, hasAlpha: true },
  ],
  // 67 × 33 in whole coding blocks: 68 × 64.
  ['a HEIC of odd sides', 'heic', () => heicFile('odd'), { ...rgb, widthPx: 67, heightPx: 33, codedPixels: 4352 }],
  ['a HEIC cut short', 'heic', () => heicFile('red').subarray(0, -1), undefined],
  ['an AVIF cut short', 'avif', async () => (await avifOf(picture)).subarray(0, -1), undefined],

  [
    'a GIF',
    'gif',
    () => gifFile({ screenPx: [30, 20], frames: [[0, 0, 30, 20]] }),
    { ...rgb, channels: 4, needsFullBuffer: true },
  ],
  [
    'a GIF with transparency',
    'gif',
    () => gif({ picture: solid(30, 20, [1, 2, 3, 0]) }),
    { ...rgb, channels: 4, hasAlpha: true, needsFullBuffer: true },
  ],
  [
    'three frames',
    'gif',
    () =>
      gifFile({
        screenPx: [9, 9],
        frames: [
          [0, 0, 9, 9],
          [1, 1, 2, 2],
          [0, 0, 9, 9],
        ],
      }),
    { frames: 3, hasAlpha: false },
  ],
  [
    'a first frame smaller than the screen',
    'gif',
    () => gifFile({ screenPx: [9, 9], frames: [[1, 1, 2, 2]] }),
    { widthPx: 9, heightPx: 9, hasAlpha: true },
  ],
  [
    'a first frame beyond the screen',
    'gif',
    () => gifFile({ screenPx: [1, 1], frames: [[7, 0, 16_000, 9]] }),
    { widthPx: 16_007, heightPx: 9 },
  ],
  [
    'a later frame beyond the screen',
    'gif',
    () =>
      gifFile({
        screenPx: [9, 9],
        frames: [
          [0, 0, 9, 9],
          [0, 0, 99, 99],
        ],
      }),
    { widthPx: 9, heightPx: 9 },
  ],
  [
    'a monitor for a screen',
    'gif',
    () => gifFile({ screenPx: [800, 600], frames: [[2, 2, 4, 4]] }),
    { widthPx: 800, heightPx: 600, hasAlpha: true },
  ],
  [
    'a screen over 2048',
    'gif',
    () => gifFile({ screenPx: [3000, 10], frames: [[0, 0, 4, 4]] }),
    { widthPx: 3000, heightPx: 10, hasAlpha: true },
  ],
  ['no frame', 'gif', () => gifFile({ screenPx: [9, 9], frames: [] }), undefined],
  ['a frame of width 0', 'gif', () => gifFile({ screenPx: [9, 9], frames: [[0, 0, 0, 9]] }), undefined],
  [
    'what is no block, behind a frame',
    'gif',
    () =>
      Buffer.concat([gifFile({ screenPx: [9, 9], frames: [[0, 0, 9, 9]] }).subarray(0, -1), Buffer.from([0x99, 0x3b])]),
    { frames: 1 },
  ],
  [
    'what is no block, before any frame',
    'gif',
    () => Buffer.from('47494638396109000900000000992c00000000090009000002', 'hex'),
    undefined,
  ],
];

describe('what the header says', () => {
  test.each(rows)('%#. %s (%s)', async (_, format, file, expected) => {
    const header = readHeader(await file(), format);
    if (expected === undefined) expect(header).toBeUndefined();
    else expect(header).toMatchObject(expected);
  });
});

test('orientations 5 to 8 swap the sides, 1 to 4 do not', () => {
  const header: Header = {
    widthPx: 30,
    heightPx: 20,
    channels: 3,
    bytesASample: 1,
    needsFullBuffer: false,
    orientation: 1,
    frames: 1,
    hasAlpha: false,
  };
  for (const orientation of [1, 2, 3, 4])
    expect(uprightSize({ ...header, orientation })).toEqual({ widthPx: 30, heightPx: 20 });
  for (const orientation of [5, 6, 7, 8])
    expect(uprightSize({ ...header, orientation })).toEqual({ widthPx: 20, heightPx: 30 });
});

test('working bytes: 30 × 20 × 3, twice for 16 bits, twice again where the picture is held whole', () => {
  const header: Header = {
    widthPx: 30,
    heightPx: 20,
    channels: 3,
    bytesASample: 1,
    needsFullBuffer: false,
    orientation: 1,
    frames: 1,
    hasAlpha: false,
  };
  expect(workingBytes(header)).toBe(1800);
  expect(workingBytes({ ...header, bytesASample: 2 })).toBe(3600);
  expect(workingBytes({ ...header, bytesASample: 2, needsFullBuffer: true })).toBe(7200);
});

describe('damage', () => {
  test.each<[SourceFormat, () => Promise<Buffer>]>([
    ['jpeg', () => jpeg({ picture, progressive: true, orientation: 6 })],
    ['png', () => png({ picture: seeThrough, palette: true, orientation: 6 })],
    ['gif', () => gif({ frames: [picture, solid(30, 20, [200, 0, 0])] })],
    ['webp', () => webpOf([seeThrough, solid(30, 20, [200, 0, 0, 9])])],
    ['avif', () => avifOf(seeThrough)],
    ['heic', async () => heicFile('with-alpha')],
  ])('any byte of a %s may be anything: never a throw, never a size of 0', async (format, make) => {
    const file = await make();
    for (let at = 0; at < Math.min(file.length, 700); at++)
      for (const value of [0x00, 0x7f, 0xff]) {
        const header = readHeader(changed(file, at, value), format);
        if (header)
          expect({ at, value, isSized: header.widthPx > 0 && header.heightPx > 0 }).toEqual({
            at,
            value,
            isSized: true,
          });
      }
  });

  test('a part of a GIF that is cut inside a later frame has no header', async () => {
    const file = await gif({ frames: [picture, solid(30, 20, [200, 0, 0])] });
    const second = file.lastIndexOf(Buffer.from([0x2c, 0, 0, 0, 0, 30, 0, 20, 0]));
    // The trailer is the last byte, and may be missing.
    for (let length = second + 12; length < file.length - 1; length++)
      expect({ length, header: readHeader(file.subarray(0, length), 'gif') }).toEqual({ length, header: undefined });
    expect(readHeader(file.subarray(0, -1), 'gif')).toMatchObject({ frames: 2 });
  });
});

const withoutHeader = (file: Buffer) => Buffer.concat([file.subarray(0, 8), file.subarray(33)]);

const withExif = (file: Buffer, block: Buffer) => withSegment(file, 0xe1, exifSegment(block));

const exifed = async (block: Buffer) => withExif(await jpeg({ picture }), block);

function changed(file: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = value;
  return copy;
}

/** A progressive frame header of 16×16 in one component, and so many empty scans. */
const scans = (count: number): Buffer =>
  Buffer.from(`ffd8ffc2000b080010001001011100${'ffda0008010100000000'.repeat(count)}ffd9`, 'hex');
