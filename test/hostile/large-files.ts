import { createCipheriv } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { SourceFormat } from '../../lambdas/core/photo.ts';
import { MAX_STORED_BYTES } from '../../lambdas/core/upload-policy.ts';
import { flatJpeg, gifFile, pngChunk, pngFile } from '../picture-parts.ts';
import { HOSTILE, type HostileFile } from './hostile-files.ts';

/** Files that are as large as any that is taken: what the bytes alone cost, beside what they ask for. */
export const LARGE: Record<SourceFormat, HostileFile[]> = {
  jpeg: [
    picture('25 MB, 24 megapixels of noise', async () => inJpeg(await noiseJpeg(6000, 4000))),
    picture('25 MB, progressive, the largest that is taken', async () =>
      inJpeg(flatJpeg({ widthPx: 5000, heightPx: 5000, isProgressive: true })),
    ),
    picture('25 MB, six million empty comments', () =>
      between(flatJpeg({ widthPx: 16, heightPx: 16 }), 2, repeated(Buffer.from([0xff, 0xfe, 0, 2]))),
    ),
  ],
  png: [
    picture('25 MB, noise that is not deflated', () => noisePng()),
    picture('25 MB, two million empty chunks', () => {
      const file = pngFile({ widthPx: 1, heightPx: 1, data: deflateSync(Buffer.alloc(4)) });
      return between(file, file.length - 12, repeated(pngChunk('hsAa', Buffer.alloc(0))));
    }),
  ],
  gif: [
    picture('25 MB, eight million comments', () =>
      between(gifFile({ screenPx: [9, 9], frames: [[0, 0, 9, 9]] }), 19, repeated(Buffer.from([0x21, 0xfe, 0]))),
    ),
  ],
  webp: [picture('25 MB, noise without loss', () => noiseWebp())],
  avif: [picture('25 MB, the largest that is taken', () => inBoxes('avif'))],
  heic: [picture('25 MB, the largest that is taken', () => inBoxes('heic'))],
};

function picture(name: string, make: HostileFile['make']): HostileFile {
  return { name, expected: 'picture', make };
}

/** As many as there is room for, beside a small file. */
const repeated = (one: Buffer): Buffer =>
  Buffer.alloc(Math.floor((MAX_STORED_BYTES - 2_000) / one.length) * one.length, one);

const between = (file: Buffer, at: number, more: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, at), more, file.subarray(at)]);

/** Made as long by comments of the longest. */
function inJpeg(file: Buffer): Buffer {
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(65_533)]);
  const count = Math.floor((MAX_STORED_BYTES - file.length) / comment.length);
  return between(file, 2, Buffer.alloc(count * comment.length, comment));
}

/** Bytes that follow no pattern, the same on every run: a cipher's stream, since 72 million steps of a loop take a test half a minute. */
const noise = (length: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));

const noiseJpeg = (width: number, height: number): Promise<Buffer> =>
  sharp(noise(width * height * 3), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 30 })
    .toBuffer();

/** The side of a square of so many bytes. */
const NOISE_SIDE_PX = Math.floor(Math.sqrt((MAX_STORED_BYTES - 100_000) / 3));

function noisePng(): Buffer {
  const rowBytes = 3 * NOISE_SIDE_PX;
  const rows = Array.from({ length: NOISE_SIDE_PX }, () => Buffer.concat([Buffer.alloc(1), noise(rowBytes)]));
  return pngFile({
    widthPx: NOISE_SIDE_PX,
    heightPx: NOISE_SIDE_PX,
    data: deflateSync(Buffer.concat(rows), { level: 0 }),
  });
}

const noiseWebp = (): Promise<Buffer> =>
  sharp(noise(3 * NOISE_SIDE_PX ** 2), { raw: { width: NOISE_SIDE_PX, height: NOISE_SIDE_PX, channels: 3 } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();

/** The largest of the format, made as long by a box of free space (ISO/IEC 14496-12, 8.1.2). */
async function inBoxes(format: 'avif' | 'heic'): Promise<Buffer> {
  const largest = HOSTILE[format].find(({ name }) => /largest that is taken/.test(name));
  if (largest === undefined) throw new Error(`there is no largest ${format}`);
  const file = await largest.make();
  const free = Buffer.alloc(MAX_STORED_BYTES - file.length);
  free.writeUInt32BE(free.length);
  free.write('free', 4, 'latin1');
  return Buffer.concat([file, free]);
}
