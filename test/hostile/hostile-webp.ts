import sharp from 'sharp';
import { photoLike, solid } from '../pictures.ts';
import type { HostileFile } from './hostile-files.ts';

/** WebP by its chunks. RFC 9649, section 2. */
export const riff = (...chunks: Buffer[]): Buffer => {
  const body = Buffer.concat(chunks);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
};

export const riffChunk = (name: string, content: Buffer): Buffer => {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
};

const uint24 = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255, value >> 16]);

/** Flags: 0x10 alpha, 0x02 animated. */
export const vp8x = (widthPx: number, heightPx: number, flags: number): Buffer =>
  riffChunk('VP8X', Buffer.concat([Buffer.from([flags, 0, 0, 0]), uint24(widthPx - 1), uint24(heightPx - 1)]));

/** A frame's place is stored halved. */
export const anmf = (widthPx: number, heightPx: number, bitstream: Buffer, [leftPx, topPx] = [0, 0]): Buffer =>
  riffChunk(
    'ANMF',
    Buffer.concat([
      ...[leftPx / 2, topPx / 2, widthPx - 1, heightPx - 1, 100].map(uint24),
      Buffer.from([0]),
      bitstream,
    ]),
  );

export const ANIM = riffChunk('ANIM', Buffer.alloc(6));

/** The chunk with the pixels of a file that is nothing else. */
export const bitstreamOf = (file: Buffer): Buffer => file.subarray(12);

const flat = (widthPx: number, heightPx: number, channels: 3 | 4 = 3) =>
  sharp({
    create: {
      width: widthPx,
      height: heightPx,
      channels,
      background: channels === 4 ? { r: 200, g: 30, b: 30, alpha: 0.5 } : { r: 200, g: 30, b: 30 },
    },
  });

export const pixel = (): Promise<Buffer> => flat(1, 1).webp({ lossless: true }).toBuffer();

export const HOSTILE_WEBP: HostileFile[] = [
  {
    name: 'a canvas of 16,777,216 × 256',
    expected: 'refused: too-many-pixels',
    make: async () =>
      riff(
        vp8x(16_777_216, 256, 0x02),
        ANIM,
        anmf(1, 1, bitstreamOf(await pixel())),
        riffChunk('EXIF', Buffer.alloc(2)),
      ),
  },
  {
    name: 'a key frame that claims 16383 × 16383',
    expected: 'refused: too-many-pixels',
    make: () => riff(riffChunk('VP8 ', claiming(16_383, 16_383))),
  },
  {
    name: 'a key frame that claims 7000 × 7000',
    expected: 'refused: too-much-memory',
    make: () => riff(riffChunk('VP8 ', claiming(7000, 7000))),
  },
  {
    name: 'a key frame of 5000 × 5000 without any data',
    expected: 'refused: corrupt-image',
    make: () => riff(riffChunk('VP8 ', claiming(5000, 5000))),
  },
  {
    name: 'a lossless head of 4000 × 4000 and 40 bytes of ones',
    expected: 'refused: corrupt-image',
    make: () => {
      const head = Buffer.from([0x2f, 0, 0, 0, 0]);
      head.writeUInt32LE(3999 | (3999 << 14), 1);
      return riff(riffChunk('VP8L', Buffer.concat([head, Buffer.alloc(40, 0xff)])));
    },
  },
  {
    name: 'a canvas that its picture does not fill',
    expected: 'refused: corrupt-image',
    make: async () => riff(vp8x(4000, 4000, 0), bitstreamOf(await pixel())),
  },
  {
    name: 'a frame that reaches out of its canvas',
    expected: 'refused: corrupt-image',
    make: async () => riff(vp8x(4, 4, 0x02), ANIM, anmf(1, 1, bitstreamOf(await pixel()), [8, 0])),
  },
  {
    name: 'a frame whose bitstream is larger than it says',
    expected: 'refused: corrupt-image',
    make: async () =>
      riff(vp8x(4, 4, 0x02), ANIM, anmf(1, 1, bitstreamOf(await flat(400, 400).webp({ lossless: true }).toBuffer()))),
  },
  {
    name: 'the largest that is taken',
    expected: 'picture',
    make: () =>
      sharp(solid(5000, 5000, [200, 30, 30]).data, raw(5000, 5000))
        .webp({ effort: 0 })
        .toBuffer(),
  },
  {
    name: 'with alpha and without loss, the largest that is taken',
    expected: 'picture',
    make: () => flat(4330, 4330, 4).webp({ lossless: true, effort: 0 }).toBuffer(),
  },
  {
    name: 'a photo of 25 megapixels in 4 MB',
    expected: 'picture',
    make: () => {
      const small = photoLike(1000, 1000);
      return sharp(small.data, raw(1000, 1000))
        .resize({ width: 5000, kernel: 'nearest' })
        .webp({ effort: 0, quality: 95 })
        .toBuffer();
    },
  },
  {
    name: 'an animation on the largest canvas',
    expected: 'picture',
    make: async () => riff(vp8x(4330, 4330, 0x12), ANIM, anmf(1, 1, bitstreamOf(await pixel()), [4000, 4000])),
  },
  {
    name: '10,001 frames',
    expected: 'refused: too-many-frames',
    make: async () => riff(vp8x(1, 1, 0x02), ANIM, ...frames(10_001, await pixel())),
  },
  {
    name: '10,000 frames',
    expected: 'picture',
    make: async () => riff(vp8x(1, 1, 0x02), ANIM, ...frames(10_000, await pixel())),
  },
  {
    name: 'a million empty chunks',
    expected: 'picture',
    make: async () => {
      const junk = riffChunk('junk', Buffer.alloc(0));
      return riff(vp8x(1, 1, 0), bitstreamOf(await pixel()), Buffer.alloc(1_000_000 * junk.length, junk));
    },
  },
  {
    name: 'a profile and EXIF of 4 MB of zeros each',
    expected: 'picture',
    make: async () =>
      riff(
        vp8x(1, 1, 0x28),
        riffChunk('ICCP', Buffer.alloc(4_000_000)),
        bitstreamOf(await pixel()),
        riffChunk('EXIF', Buffer.alloc(4_000_000)),
      ),
  },
  {
    name: 'a chunk that claims 4 GB',
    expected: 'refused: corrupt-image',
    make: async () => {
      const file = riff(vp8x(1, 1, 0), bitstreamOf(await pixel()), riffChunk('junk', Buffer.alloc(8)));
      file.writeUInt32LE(0xffff_fffe, file.length - 12);
      return file;
    },
  },
];

const raw = (width: number, height: number) => ({ raw: { width, height, channels: 3 as const } });

const frames = (count: number, file: Buffer): Buffer[] => Array<Buffer>(count).fill(anmf(1, 1, bitstreamOf(file)));

/** A key frame's first ten bytes: a tag, a start code, the size. */
function claiming(widthPx: number, heightPx: number): Buffer {
  const frame = Buffer.from([0x10, 0x02, 0, 0x9d, 0x01, 0x2a, 0, 0, 0, 0, 0, 0]);
  frame.writeUInt16LE(widthPx, 6);
  frame.writeUInt16LE(heightPx, 8);
  return frame;
}
