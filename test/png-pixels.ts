import { crc32, inflateSync } from 'node:zlib';
import type { RawPicture } from './pictures.ts';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const CHANNELS: Record<number, 3 | 4> = { 2: 3, 6: 4 };

/**
 * Reads a PNG of 8-bit colours, with or without alpha, not interlaced, strictly by its specification (third edition, §5
 * and §9): a second opinion beside libpng.
 * @throws Error for a wrong signature, checksum, filter or length, or another kind of PNG
 */
export function pngPixels(file: Buffer): RawPicture {
  if (!file.subarray(0, 8).equals(SIGNATURE)) throw new Error('no PNG signature');
  const chunks = chunksOf(file);
  const header = chunks[0];
  if (header?.type !== 'IHDR') throw new Error('IHDR is not first');
  const [width, height] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4)];
  const channels = CHANNELS[header.data[9] ?? 0];
  if (channels === undefined || header.data[8] !== 8 || header.data[12] !== 0) throw new Error('another kind of PNG');
  const stream = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  return { data: unfiltered(inflateSync(stream), width * channels, height, channels), width, height, channels };
}

function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== file.readUInt32BE(at + 8 + length)) throw new Error(`wrong checksum of the chunk at ${at}`);
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

/** Each byte is predicted from its neighbours: left, above, and above left (§9.2). Outside the picture they are 0. */
function unfiltered(filtered: Buffer, rowBytes: number, height: number, pixelBytes: number): Buffer {
  if (filtered.length !== height * (rowBytes + 1)) throw new Error(`${filtered.length} bytes of image data`);
  const pixels = Buffer.alloc(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const filter = filtered[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x >= pixelBytes ? (pixels[at - pixelBytes] ?? 0) : 0;
      const above = y > 0 ? (pixels[at - rowBytes] ?? 0) : 0;
      const corner = x >= pixelBytes && y > 0 ? (pixels[at - rowBytes - pixelBytes] ?? 0) : 0;
      pixels[at] = (filtered[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return pixels;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      throw new Error(`no filter ${filter}`);
  }
}

/** The neighbour nearest to left + above − corner; in a tie left, then above (§9.4). */
function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [byLeft, byAbove, byCorner] = [left, above, corner].map((neighbour) => Math.abs(estimate - neighbour)) as [
    number,
    number,
    number,
  ];
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}
