import { crc32 } from 'node:zlib';

/** Parts of picture files, byte by byte: for files that no encoder writes. */

/** A GIF: a palette of black and white, and a nearly empty run of LZW data in each frame (left, top, width, height). */
export function gifFile({
  screenPx,
  frames,
}: {
  screenPx: readonly [number, number];
  frames: (readonly [number, number, number, number])[];
}): Buffer {
  const uint16 = (value: number) => [value & 0xff, value >> 8];
  const image = (place: readonly number[]) => [0x2c, ...place.flatMap(uint16), 0, 2, 2, 0x44, 0x01, 0];
  return Buffer.from([
    ...Buffer.from('GIF89a'),
    ...screenPx.flatMap(uint16),
    ...[0x80, 0, 0, 0, 0, 0, 255, 255, 255],
    ...frames.flatMap(image),
    0x3b,
  ]);
}

/** A block of EXIF (a TIFF header and one directory, big-endian): the orientation and, with `gps`, a place. */
export function exif(orientation: number, { gps = false } = {}): Buffer {
  const entry = (tag: number, type: number, count: number, value: number[]) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(tag, 0);
    bytes.writeUInt16BE(type, 2);
    bytes.writeUInt32BE(count, 4);
    Buffer.from(value).copy(bytes, 8);
    return bytes;
  };
  const directory = (entries: Buffer[]) =>
    Buffer.concat([Buffer.from([0, entries.length]), ...entries, Buffer.alloc(4)]);
  const entries = [entry(0x0112, 3, 1, [0, orientation])];
  const header = Buffer.from('MM\0*\0\0\0\x08', 'latin1');
  if (!gps) return Buffer.concat([header, directory(entries)]);
  // Two entries. The GPS directory starts at 8 + 2 + 2 × 12 + 4 = 38 bytes, its rational at 38 + 2 + 2 × 12 + 4 = 68.
  const place = directory([entry(1, 2, 2, [0x4e, 0]), entry(2, 5, 3, [0, 0, 0, 68])]);
  const degrees = Buffer.from([52, 1, 31, 1, 12, 1].flatMap((number) => [0, 0, 0, number]));
  return Buffer.concat([header, directory([...entries, entry(0x8825, 4, 1, [0, 0, 0, 38])]), place, degrees]);
}

/** The content of JPEG's APP1 segment for a block of EXIF. */
export const exifSegment = (block: Buffer): Buffer => Buffer.concat([Buffer.from('Exif\0\0'), block]);

/** Adds a segment right after the start of a JPEG. */
export function withSegment(file: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([file.subarray(0, 2), head, content, file.subarray(2)]);
}

/**
 * A JPEG of one colour and any size. Every block is two bits, "no change" and "end of block"; the code of both is 0. A
 * progressive one has only its first scan, which holds the mean of each block.
 */
export function flatJpeg({
  widthPx,
  heightPx,
  components = 3,
  isProgressive = false,
}: {
  widthPx: number;
  heightPx: number;
  components?: 1 | 3 | 4;
  isProgressive?: boolean;
}): Buffer {
  const uint16 = (value: number) => [value >> 8, value & 0xff];
  const all = Array.from({ length: components }, (_, index) => index + 1);
  const onlyCode = [1, ...Array<number>(15).fill(0), 0];
  const blocks = Math.ceil(widthPx / 8) * Math.ceil(heightPx / 8) * components;
  return Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)]),
    Buffer.from([0xff, isProgressive ? 0xc2 : 0xc0, ...uint16(8 + 3 * components), 8]),
    Buffer.from([...uint16(heightPx), ...uint16(widthPx), components, ...all.flatMap((id) => [id, 0x11, 0])]),
    Buffer.from([0xff, 0xc4, 0, 20, 0x00, ...onlyCode, 0xff, 0xc4, 0, 20, 0x10, ...onlyCode]),
    Buffer.from([0xff, 0xda, ...uint16(6 + 2 * components), components, ...all.flatMap((id) => [id, 0])]),
    Buffer.from([0, isProgressive ? 0 : 63, 0]),
    Buffer.alloc(Math.ceil((blocks * (isProgressive ? 1 : 2)) / 8)),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** Adds a chunk to a PNG, right after IHDR (which ends at byte 33). */
export const withChunk = (file: Buffer, type: string, content: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, 33), pngChunk(type, content), file.subarray(33)]);

/** A chunk of a PNG with the right checksum. */
export function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG. Colour type 0 is grey, 2 RGB, 3 palette, 6 RGBA. `chunks` stand between IHDR and the pixel data. */
export function pngFile({
  widthPx,
  heightPx,
  colourType = 2,
  depth = 8,
  isInterlaced = false,
  chunks = [],
  data,
}: {
  widthPx: number;
  heightPx: number;
  colourType?: number;
  depth?: number;
  isInterlaced?: boolean;
  chunks?: Buffer[];
  /** The content of IDAT, deflated. */
  data: Buffer;
}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([depth, colourType, 0, 0, isInterlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Numbers of 32 bits, big-endian, one after the other. */
export const uint32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
};
