import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import type { SourceFormat } from '../../lambdas/core/photo.ts';
import { exif, exifSegment, flatJpeg, gifFile, pngChunk, pngFile, withSegment } from '../picture-parts.ts';
import { gifOfManyFrames, tinyBombGif } from '../pictures.ts';
import { HOSTILE_AVIF } from './hostile-avif.ts';
import { HOSTILE_HEIC } from './hostile-heic.ts';
import { HOSTILE_WEBP } from './hostile-webp.ts';

/** What must come of a file: a picture, or a refusal of this code. */
export type Expected = 'picture' | `refused: ${string}`;

export interface HostileFile {
  name: string;
  expected: Expected;
  make(): Buffer | Promise<Buffer>;
}

/**
 * Files made to hurt: small, and asking for much; or broken where a decoder does not look. Each API's byte limit is
 * smaller than, or as large as, that of imports (25 MB), with which these are tried; `large-files.ts` has some that long.
 */
export const HOSTILE: Record<SourceFormat, HostileFile[]> = {
  webp: HOSTILE_WEBP,
  avif: HOSTILE_AVIF,
  heic: HOSTILE_HEIC,
  jpeg: [
    { name: 'claims 65535 × 65535', expected: 'refused: too-many-pixels', make: () => jpegClaiming(65_535, 65_535) },
    { name: 'claims 16 bits a sample', expected: 'refused: corrupt-image', make: () => jpegClaiming(64, 64, 16) },
    { name: '255 components', expected: 'refused: corrupt-image', make: () => jpegClaiming(64, 64, 8, 255) },
    {
      name: 'progressive, 49 megapixels',
      expected: 'refused: too-much-memory',
      make: () => flatJpeg({ widthPx: 7000, heightPx: 7000, isProgressive: true }),
    },
    {
      name: 'progressive, the largest that is taken',
      expected: 'picture',
      make: () => flatJpeg({ widthPx: 5000, heightPx: 5000, isProgressive: true }),
    },
    {
      name: 'baseline, the largest that is taken',
      expected: 'picture',
      make: () => flatJpeg({ widthPx: 7071, heightPx: 7070 }),
    },
    {
      name: 'CMYK, the largest that is taken',
      expected: 'picture',
      make: () => flatJpeg({ widthPx: 6120, heightPx: 6120, components: 4 }),
    },
    {
      name: 'one row of 65,500',
      expected: 'refused: too-large',
      make: () => flatJpeg({ widthPx: 65_500, heightPx: 1 }),
    },
    {
      name: 'progressive, as wide as any',
      expected: 'picture',
      make: () => flatJpeg({ widthPx: 16_384, heightPx: 1525, isProgressive: true }),
    },
    {
      name: 'baseline, the largest that is taken, without its end',
      expected: 'picture',
      make: () => flatJpeg({ widthPx: 7071, heightPx: 7070 }).subarray(0, -2),
    },
    {
      name: 'progressive, without its end and most of its scans',
      expected: 'refused: corrupt-image',
      make: () => flatJpeg({ widthPx: 5000, heightPx: 5000, isProgressive: true }).subarray(0, -2),
    },
    { name: 'two million comments of length 0', expected: 'picture', make: () => commented(2_000_000, 0) },
    { name: 'a thousand scans', expected: 'refused: corrupt-image', make: () => emptyScans(1000) },
    {
      name: 'a hundred scans over 25 megapixels',
      expected: 'refused: corrupt-image',
      make: () => emptyScans(99, 5000),
    },
    { name: 'two million empty comments', expected: 'picture', make: () => commented(2_000_000) },
    {
      name: 'an EXIF directory that leads to itself',
      expected: 'picture',
      make: () => withSegment(flatJpeg({ widthPx: 16, heightPx: 16 }), 0xe1, exifSegment(loopingExif())),
    },
    {
      name: 'EXIF entries without end',
      expected: 'picture',
      make: () =>
        withSegment(
          flatJpeg({ widthPx: 16, heightPx: 16 }),
          0xe1,
          exifSegment(Buffer.from('MM\0*\0\0\0\x08\xff\xff', 'latin1')),
        ),
    },
    {
      name: 'a colour profile of noise',
      expected: 'picture',
      make: () => withSegment(flatJpeg({ widthPx: 16, heightPx: 16 }), 0xe2, profileSegment(noise(60_000))),
    },
    {
      name: 'a colour profile in 255 parts, one there',
      expected: 'picture',
      make: () => withSegment(flatJpeg({ widthPx: 16, heightPx: 16 }), 0xe2, profileSegment(noise(9_000), 1, 255)),
    },
    { name: 'nothing but fill bytes', expected: 'refused: unknown-format', make: () => Buffer.alloc(700_000, 0xff) },
    { name: 'restart markers only', expected: 'refused: corrupt-image', make: () => restarts(300_000) },
  ],
  png: [
    {
      name: 'claims 2³¹ − 1 a side',
      expected: 'refused: too-many-pixels',
      make: () => empty(2 ** 31 - 1, 2 ** 31 - 1),
    },
    { name: 'claims 2³¹ a side', expected: 'refused: corrupt-image', make: () => empty(2 ** 31, 2 ** 31) },
    { name: 'claims 2³² − 1 × 1', expected: 'refused: corrupt-image', make: () => empty(2 ** 32 - 1, 1) },
    { name: 'claims 50 megapixels, has none', expected: 'refused: corrupt-image', make: () => empty(7071, 7071) },
    {
      name: 'interlaced, 16 bits, 30 megapixels',
      expected: 'refused: too-much-memory',
      make: () => flatPng(6000, 5000, { depth: 16, isInterlaced: true }),
    },
    {
      name: 'interlaced, 16 bits, the largest that is taken',
      expected: 'picture',
      make: () => flatPng(3060, 3060, { colourType: 6, depth: 16, isInterlaced: true }),
    },
    {
      name: '16 bits, the largest that is taken',
      expected: 'picture',
      make: () => flatPng(4330, 4330, { colourType: 6, depth: 16 }),
    },
    { name: 'RGB, the largest that is taken', expected: 'picture', make: () => flatPng(7071, 7071, {}) },
    {
      name: 'RGB, the largest that is taken, a wrong Adler-32',
      expected: 'picture',
      make: () => withWrongAdler(flatPng(7071, 7071, {})),
    },
    {
      name: '16 bits, the largest that is taken, in the light of HDR',
      expected: 'picture',
      make: () =>
        flatPng(4330, 4330, { colourType: 6, depth: 16, chunks: [pngChunk('cICP', Buffer.from([9, 18, 0, 1]))] }),
    },
    {
      name: 'one pixel of an animation on the largest canvas',
      expected: 'picture',
      make: () => hiddenFrameOn(4330, 4330, [1, 1, 4329, 4329]),
    },
    {
      name: 'one pixel of an animation on a canvas that is larger',
      expected: 'refused: too-much-memory',
      make: () => hiddenFrameOn(5000, 5000, [1, 1, 0, 0]),
    },
    {
      name: 'pixels in 200,000 chunks, a wrong Adler-32',
      expected: 'picture',
      make: () => inManyChunks('IDAT', 200_000),
    },
    {
      name: 'an animation with 200,000 parts of its first frame',
      expected: 'picture',
      make: () => inManyChunks('fdAT', 200_000),
    },
    {
      name: 'an animation whose hidden first frame claims more than the canvas',
      expected: 'refused: corrupt-image',
      make: () => hiddenFrameOn(64, 64, [30_000, 30_000, 0, 0]),
    },
    // Found by `npm run fuzz` first in a GIF of 65397 × 521: a wide row took 4 GB.
    {
      name: '12,500,000 × 3',
      expected: 'refused: too-large',
      make: () => flatPng(12_500_000, 3, { colourType: 6 }),
    },
    { name: '3 × 12,500,000', expected: 'refused: too-large', make: () => flatPng(3, 12_500_000, { colourType: 6 }) },
    {
      name: '16 bits, as wide as any',
      expected: 'picture',
      make: () => flatPng(16_384, 1144, { colourType: 6, depth: 16 }),
    },
    {
      name: 'one bit a pixel, 49 megapixels',
      expected: 'picture',
      make: () => flatPng(7000, 7000, { colourType: 0, depth: 1 }),
    },
    { name: 'text that unpacks to 600 MB', expected: 'picture', make: () => withText('zTXt', 600) },
    { name: 'international text that unpacks to 600 MB', expected: 'picture', make: () => withText('iTXt', 600) },
    { name: 'a profile that unpacks to 600 MB', expected: 'picture', make: () => withText('iCCP', 600) },
    { name: 'pixels that unpack to 600 MB more than there are', expected: 'picture', make: () => tooMuchData(600) },
    { name: '800,000 empty chunks', expected: 'picture', make: () => manyChunks(800_000) },
    { name: '500,000 texts', expected: 'picture', make: () => manyTexts(500_000) },
    { name: 'no palette', expected: 'refused: corrupt-image', make: () => flatPng(64, 64, { colourType: 3 }) },
    { name: 'a chunk of 2³² − 1 bytes', expected: 'refused: corrupt-image', make: () => longChunk() },
    {
      name: 'no frame of an animation of none',
      expected: 'picture',
      make: () => flatPng(64, 64, { chunks: [animation(0)] }),
    },
    {
      name: 'an animation of 2³² − 1 frames',
      expected: 'refused: too-many-frames',
      make: () => flatPng(64, 64, { chunks: [animation(2 ** 32 - 1)] }),
    },
    { name: 'a wrong checksum over the pixels', expected: 'refused: corrupt-image', make: () => wrongChecksum() },
  ],
  gif: [
    { name: '35 bytes that claim 268 megapixels', expected: 'refused: too-many-pixels', make: tinyBombGif },
    {
      name: 'claims 65535 × 65535',
      expected: 'refused: too-many-pixels',
      make: () => gifFile({ screenPx: [65_535, 65_535], frames: [[0, 0, 65_535, 65_535]] }),
    },
    {
      name: 'a frame that lies far outside',
      expected: 'refused: too-many-pixels',
      make: () => gifFile({ screenPx: [1, 1], frames: [[65_535, 65_535, 1, 1]] }),
    },
    {
      name: 'a later frame that lies far outside',
      expected: 'picture',
      make: () =>
        gifFile({
          screenPx: [9, 9],
          frames: [
            [0, 0, 9, 9],
            [65_535, 65_535, 1, 1],
          ],
        }),
    },
    {
      name: 'the largest that is taken',
      expected: 'picture',
      make: () => gifFile({ screenPx: [1, 1], frames: [[0, 0, 4330, 4330]] }),
    },
    {
      name: 'one pixel on the largest screen that is taken',
      expected: 'picture',
      make: () => gifFile({ screenPx: [4330, 4330], frames: [[4329, 4329, 1, 1]] }),
    },
    {
      name: 'one pixel on a screen of 65535 × 65535',
      expected: 'refused: too-many-pixels',
      make: () => gifFile({ screenPx: [65_535, 65_535], frames: [[0, 0, 1, 1]] }),
    },
    {
      name: 'wider than any',
      expected: 'refused: too-large',
      make: () => gifFile({ screenPx: [1, 1], frames: [[0, 0, 65_397, 256]] }),
    },
    { name: 'no frame', expected: 'refused: corrupt-image', make: () => gifFile({ screenPx: [9, 9], frames: [] }) },
    { name: '10,001 frames', expected: 'refused: too-many-frames', make: () => gifOfManyFrames(10_001) },
    { name: '10,000 frames', expected: 'picture', make: () => gifOfManyFrames(10_000) },
    { name: 'two million comments', expected: 'picture', make: () => gifComments(2_000_000) },
    { name: 'a code size of 0', expected: 'picture', make: () => gifCodeSize(0) },
    { name: 'a code size of 12', expected: 'refused: corrupt-image', make: () => gifCodeSize(12) },
    { name: 'sub-blocks without end', expected: 'refused: corrupt-image', make: () => endlessGif(700_000) },
  ],
};

const uint16 = (value: number): number[] => [value >> 8, value & 0xff];

/** A frame header of that size, and then one empty scan. */
const jpegClaiming = (widthPx: number, heightPx: number, precision = 8, components = 3): Buffer =>
  Buffer.from([
    ...[
      0xff,
      0xd8,
      0xff,
      0xc0,
      ...uint16(8 + 3 * components),
      precision,
      ...uint16(heightPx),
      ...uint16(widthPx),
      components,
    ],
    ...Array.from({ length: components }, (_, index) => [index, 0x11, 0]).flat(),
    ...[0xff, 0xda, 0, 8, 1, 0, 0, 0, 63, 0, 0xff, 0xd9],
  ]);

/** A progressive frame in one component, and so many scans without data. */
const emptyScans = (count: number, sidePx = 16): Buffer =>
  Buffer.from([
    ...[0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, ...uint16(sidePx), ...uint16(sidePx), 1, 0, 0x11, 0],
    ...Array.from({ length: count }, () => [0xff, 0xda, 0, 8, 1, 0, 0, 0, 0, 0]).flat(),
    ...[0xff, 0xd9],
  ]);

function commented(count: number, length = 2): Buffer {
  const file = flatJpeg({ widthPx: 16, heightPx: 16 });
  return Buffer.concat([
    file.subarray(0, 2),
    Buffer.alloc(4 * count, Buffer.from([0xff, 0xfe, 0, length])),
    file.subarray(2),
  ]);
}

/** A directory whose next one is itself. */
function loopingExif(): Buffer {
  const block = exif(6);
  block.writeUInt32BE(8, block.length - 4);
  return block;
}

const profileSegment = (profile: Buffer, part = 1, parts = 1): Buffer =>
  Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([part, parts]), profile]);

/** Bytes that follow no pattern, the same on every run. (Numerical Recipes' linear congruence.) */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const restarts = (count: number): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(2 * count, Buffer.from([0xff, 0xd0]))]);

const empty = (widthPx: number, heightPx: number): Buffer => pngFile({ widthPx, heightPx, data: zeros(0) });

type PngShape = Partial<Parameters<typeof pngFile>[0]>;

/** All pixels 0. Interlaced rows are a little more than the picture's; a decoder takes what it needs. */
function flatPng(widthPx: number, heightPx: number, shape: PngShape): Buffer {
  const samples = { 0: 1, 2: 3, 3: 1, 6: 4 }[shape.colourType ?? 2] ?? 1;
  const rowBytes = 1 + Math.ceil((widthPx * samples * (shape.depth ?? 8)) / 8);
  return pngFile({
    widthPx,
    heightPx,
    ...shape,
    data: zeros(rowBytes * heightPx + (shape.isInterlaced ? 2 * heightPx * 8 : 0)),
  });
}

/** Zeros, deflated: the same few bytes for each million, ended by what sets the window back. 1,000 to 1 and quick to make. */
function zeros(bytes: number): Buffer {
  const million = deflateRawSync(Buffer.alloc(1_000_000), { finishFlush: constants.Z_FULL_FLUSH });
  const rest = deflateRawSync(Buffer.alloc(bytes % 1_000_000));
  // RFC 1950: Adler-32 of n zeros is 1 in its lower half and n in its upper, modulo 65521.
  const checksum = Buffer.from([...uint16(bytes % 65_521), 0, 1]);
  const millions = Array.from({ length: Math.floor(bytes / 1_000_000) }, () => million);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...millions, rest, checksum]);
}

function withText(type: 'zTXt' | 'iTXt' | 'iCCP', megabytes: number): Buffer {
  const heads = { zTXt: 'Comment\0\0', iTXt: 'Comment\0\x01\0\0\0', iCCP: 'profile\0\0' };
  const content = Buffer.concat([Buffer.from(heads[type], 'latin1'), zeros(megabytes * 1_000_000)]);
  return flatPng(64, 64, { chunks: [pngChunk(type, content)] });
}

const tooMuchData = (megabytes: number): Buffer =>
  pngFile({ widthPx: 64, heightPx: 64, data: zeros(megabytes * 1_000_000) });

/** An ancillary, private chunk that nobody knows: its letters' cases say so. */
function manyChunks(count: number): Buffer {
  const one = pngChunk('hsAa', Buffer.alloc(0));
  return flatPng(64, 64, { chunks: [Buffer.alloc(one.length * count, one)] });
}

function manyTexts(count: number): Buffer {
  const one = pngChunk('tEXt', Buffer.from('a\0b', 'latin1'));
  return flatPng(64, 64, { chunks: [Buffer.alloc(one.length * count, one)] });
}

function longChunk(): Buffer {
  const head = Buffer.from('\xff\xff\xff\xfftEXt', 'latin1');
  return flatPng(64, 64, { chunks: [head] });
}

function animation(frames: number): Buffer {
  const content = Buffer.alloc(8);
  content.writeUInt32BE(frames, 0);
  return pngChunk('acTL', content);
}

/** The last byte of the data, which stands before IDAT's checksum of 4 bytes and the 12 of IEND; the checksum is right. */
function withWrongAdler(file: Buffer): Buffer {
  const start = file.indexOf('IDAT');
  const data = Buffer.from(file.subarray(start + 4, -16));
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  return Buffer.concat([file.subarray(0, start - 4), pngChunk('IDAT', data), file.subarray(-12)]);
}

/** A picture of noise that is stored, not deflated, so that it has as many bytes as there are chunks; its Adler-32 is wrong. */
function inManyChunks(type: 'IDAT' | 'fdAT', count: number): Buffer {
  const sidePx = Math.floor(Math.sqrt(count / 3.1));
  const rows = Buffer.concat(
    Array.from({ length: sidePx }, () => Buffer.concat([Buffer.from([0]), noise(3 * sidePx)])),
  );
  const data = deflateSync(rows, { level: 0 });
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  const number = type === 'fdAT' ? Buffer.alloc(4) : Buffer.alloc(0);
  const chunks = Array.from({ length: 256 }, (_, byte) => pngChunk(type, Buffer.concat([number, Buffer.from([byte])])));
  const parts = Array.from(data, (byte) => chunks[byte] ?? Buffer.alloc(0));
  const still = pngFile({
    widthPx: sidePx,
    heightPx: sidePx,
    chunks: type === 'fdAT' ? [animation(1)] : [],
    data: deflateSync(rows, { level: 1 }),
  });
  if (type === 'IDAT') return Buffer.concat([still.subarray(0, 33), ...parts, still.subarray(-12)]);
  const control = Buffer.alloc(26);
  control.writeUInt32BE(sidePx, 4);
  control.writeUInt32BE(sidePx, 8);
  return Buffer.concat([still.subarray(0, -12), pngChunk('fcTL', control), ...parts, still.subarray(-12)]);
}

/** An animation of one frame, of which the default picture is no part. @param place width, height, left and top */
function hiddenFrameOn(widthPx: number, heightPx: number, place: [number, number, number, number]): Buffer {
  const file = flatPng(widthPx, heightPx, { chunks: [animation(1)] });
  const control = Buffer.alloc(26);
  for (const [index, value] of place.entries()) control.writeUInt32BE(value, 4 + 4 * index);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 1]), zeros(4)]);
  return Buffer.concat([file.subarray(0, -12), pngChunk('fcTL', control), pngChunk('fdAT', frame), file.subarray(-12)]);
}

/** The last byte of IDAT's checksum, which stands before the 12 bytes of IEND. */
function wrongChecksum(): Buffer {
  const file = flatPng(64, 64, {});
  file[file.length - 13] = (file[file.length - 13] ?? 0) ^ 1;
  return file;
}

function gifComments(count: number): Buffer {
  const file = gifFile({ screenPx: [9, 9], frames: [[0, 0, 9, 9]] });
  const one = Buffer.from([0x21, 0xfe, 0]);
  return Buffer.concat([file.subarray(0, 19), Buffer.alloc(one.length * count, one), file.subarray(19)]);
}

/** The byte before the LZW data: 19 bytes of screen and colours, then a descriptor of 10. */
function gifCodeSize(size: number): Buffer {
  const file = gifFile({ screenPx: [9, 9], frames: [[0, 0, 9, 9]] });
  file[29] = size;
  return file;
}

function endlessGif(length: number): Buffer {
  const file = gifFile({ screenPx: [9, 9], frames: [[0, 0, 9, 9]] });
  return Buffer.concat([file.subarray(0, 30), Buffer.alloc(length, 0xff)]);
}
