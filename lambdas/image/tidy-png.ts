import { createInflateRaw } from 'node:zlib';
import { IDAT, IHDR, isSound, PLTE, type PngChunk, pngChunks } from './png-chunks.ts';
import { joining, KEPT, rebuiltPng } from './rebuilt-png.ts';

/**
 * Rebuilds a PNG that libpng fails on, if all of its pixels are there: IHDR, palette, transparency, profile, and one
 * IDAT whose zlib header allows the largest window and whose Adler-32 is right. The data is unpacked once, and not
 * kept, to see whether every row is there.
 *
 * Undefined if pixels are missing, or if a CRC over them, the header or the palette is wrong: then bytes have changed
 * since they were written. A wrong Adler-32 under a right CRC is only its writer's mistake.
 */
export async function tidyPng(bytes: Uint8Array): Promise<Buffer | undefined> {
  const parts = partsOf(bytes);
  if (parts === undefined) return undefined;
  const { header, packed, kept } = parts;
  if (packed.length < ZLIB_HEADER_BYTES || !isZlibHeader(packed)) return undefined;
  const deflated = ended(packed.subarray(ZLIB_HEADER_BYTES));
  const found = await unpack(deflated, rowBytes(header));
  if (found === undefined) return undefined;
  const { consumedBytes, checksum, isEnded } = found;
  if (!isEnded) return rebuiltPng(bytes, header, kept, [LARGEST_WINDOW, deflated]);
  const taken = deflated.subarray(0, consumedBytes);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(checksum);
  return rebuiltPng(bytes, header, kept, [LARGEST_WINDOW, taken, tail]);
}

const ZLIB_HEADER_BYTES = 2;
/** Deflate, a window of 32,768 bytes. RFC 1950, section 2.2. */
const LARGEST_WINDOW = Buffer.from([0x78, 0x01]);

interface Parts {
  header: Uint8Array;
  /** The contents of all IDAT chunks. */
  packed: Uint8Array;
  kept: Map<number, PngChunk>;
}

function partsOf(bytes: Uint8Array): Parts | undefined {
  let header: Uint8Array | undefined;
  const kept = new Map<number, PngChunk>();
  const data = joining(bytes);
  let hasPixels = false;
  for (const chunk of pngChunks(bytes)) {
    const { type, start, end, isWhole } = chunk;
    const isRight = isSound(bytes, chunk);
    if (type === IDAT) {
      if (isWhole && !isRight) return undefined;
      hasPixels = true;
      data.add(start, Math.min(end, bytes.length));
    } else if (hasPixels) break;
    else if (type === IHDR) {
      if (header !== undefined || !isRight || end - start !== 13) return undefined;
      header = bytes.subarray(start, end);
    } else if (isCritical(type) && (type !== PLTE || !isRight || kept.has(PLTE))) return undefined;
    else if (isRight && KEPT.has(type) && !kept.has(type)) kept.set(type, chunk);
  }
  return header && { header, packed: data.joined(), kept };
}

/** Four letters, the first a capital: a decoder that does not know it cannot show the picture. */
const isCritical = (type: number): boolean =>
  [24, 16, 8, 0].every((shift) => /[A-Za-z]/.test(String.fromCharCode((type >>> shift) & 0xff))) &&
  (type & 0x2000_0000) === 0;

const isZlibHeader = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && (second & 0x20) === 0;

const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The unpacked size of all rows with their filters. */
function rowBytes(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const bits = (header[8] ?? 0) * (SAMPLES[header[9] ?? 0] ?? 0);
  let bytes = 0;
  for (const [left, top, acrossPx, downPx] of header[12] === 1 ? ADAM7 : WHOLE) {
    const [across, down] = [Math.ceil((width - left) / acrossPx), Math.ceil((height - top) / downPx)];
    if (across > 0 && down > 0) bytes += down * (1 + Math.ceil((across * bits) / 8));
  }
  return bytes;
}

const WHOLE = [[0, 0, 1, 1]] as const;
/** Left, top, and the steps across and down. Section 8. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Data that ends in a flush and without a last block gets an empty one. RFC 1951, section 3.2.4. */
const ended = (deflated: Uint8Array): Uint8Array =>
  FLUSH.equals(deflated.subarray(-FLUSH.length)) ? Buffer.concat([deflated, LAST_BLOCK]) : deflated;

const FLUSH = Buffer.from([0, 0, 0xff, 0xff]);
const LAST_BLOCK = Buffer.from([1, ...FLUSH]);

interface Unpacked {
  /** Of the deflated data. */
  consumedBytes: number;
  /** Adler-32 of the rows. */
  checksum: number;
  /** Whether the last block ends with the last row. Otherwise more follows, which does not matter. */
  isEnded: boolean;
}

/** Unpacks the rows without keeping them; undefined if some are missing, or if the data does not end. */
async function unpack(deflated: Uint8Array, bytes: number): Promise<Unpacked | undefined> {
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  inflate.end(deflated);
  let found = 0;
  const sum = adler32();
  try {
    for await (const chunk of inflate) {
      found += (chunk as Uint8Array).length;
      sum.add(chunk as Uint8Array);
      // One byte more was read without damage, so libpng gets as far as the last row.
      if (found > bytes) return { consumedBytes: deflated.length, checksum: 0, isEnded: false };
    }
  } catch {
    return undefined;
  }
  return found < bytes ? undefined : { consumedBytes: inflate.bytesWritten, checksum: sum.value(), isEnded: true };
}

/** The checksum at the end of zlib data, for bytes that come in parts (RFC 1950, section 9). */
function adler32() {
  let [low, high] = [1, 0];
  return {
    add(bytes: Uint8Array): void {
      for (let from = 0; from < bytes.length; from += ADLER_RUN) {
        const to = Math.min(from + ADLER_RUN, bytes.length);
        for (let at = from; at < to; at++) {
          low += bytes[at] ?? 0;
          high += low;
        }
        low %= ADLER_MODULUS;
        high %= ADLER_MODULUS;
      }
    },
    value: (): number => high * 65_536 + low,
  };
}

const ADLER_MODULUS = 65_521;
/** The most bytes that can be added before the sums need more than 32 bits. */
const ADLER_RUN = 5_552;
