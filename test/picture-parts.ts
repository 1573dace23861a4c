import { crc32 } from 'node:zlib';

/** Pieces of picture files, byte by byte: for what no encoder writes. */

/** A GIF by hand: a palette of black and white, and one almost empty run of LZW data in each frame (left, top, width, height). */
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

/** A block of EXIF (TIFF header and one directory, big-endian): the orientation, and where `gps` is asked for, a place. */
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
  // Two entries: the GPS directory starts behind 8 + 2 + 2 × 12 + 4 = 38 bytes; its rational behind 38 + 2 + 2 × 12 + 4 = 68.
  const place = directory([entry(1, 2, 2, [0x4e, 0]), entry(2, 5, 3, [0, 0, 0, 68])]);
  const degrees = Buffer.from([52, 1, 31, 1, 12, 1].flatMap((number) => [0, 0, 0, number]));
  return Buffer.concat([header, directory([...entries, entry(0x8825, 4, 1, [0, 0, 0, 38])]), place, degrees]);
}

/** The content of JPEG's APP1 segment for a block of EXIF. */
export const exifSegment = (block: Buffer): Buffer => Buffer.concat([Buffer.from('Exif\0\0'), block]);

/** A JPEG with one more segment, right after its start. */
export function withSegment(file: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([file.subarray(0, 2), head, content, file.subarray(2)]);
}

/** A PNG with one more chunk, right after IHDR (which ends at byte 33). */
export function withChunk(file: Buffer, type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([file.subarray(0, 33), frame.subarray(0, 4), body, frame.subarray(4), file.subarray(33)]);
}
