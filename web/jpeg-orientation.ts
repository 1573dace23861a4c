/**
 * A JPEG's orientation: a number from 1 to 8 in its EXIF (Exif 2.3, tag 274). Changing it turns a photo without
 * changing a pixel.
 */

/** Each orientation after a quarter turn to the right: the four turns, and the four of a mirrored picture. */
const RIGHT: Record<number, number> = { 1: 6, 6: 3, 3: 8, 8: 1, 2: 7, 7: 4, 4: 5, 5: 2 };

export const turnedRight = (orientation: number): number => RIGHT[orientation] ?? 6;
export const turnedLeft = (orientation: number): number =>
  Number(Object.keys(RIGHT).find((before) => RIGHT[Number(before)] === orientation) ?? 8);

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const ORIENTATION_TAG = 0x0112;
const EXIF = 'Exif\0\0';
/** Normally all that comes before the pixels. The rest of the file is never read. */
const MAX_HEAD_BYTES = 1_000_000;

interface JpegSegment {
  start: number;
  end: number;
}

/** A JPEG's orientation (1 by default), and where its EXIF is. */
export function readOrientation(head: DataView): { orientation: number; exif: JpegSegment | undefined } {
  // Two bytes of start, then segments: 0xff, marker, and a length that includes itself.
  for (let at = 2; at + 4 <= head.byteLength && head.getUint8(at) === 0xff; ) {
    const marker = head.getUint8(at + 1);
    const end = at + 2 + head.getUint16(at + 2);
    if (marker === START_OF_SCAN || end > head.byteLength) break;
    if (marker === APP1 && text(head, at + 4, EXIF.length) === EXIF) {
      return { orientation: inTiff(head, at + 10, end), exif: { start: at, end } };
    }
    at = end;
  }
  return { orientation: 1, exif: undefined };
}

/** The same JPEG with another orientation. Nothing else of its EXIF is kept; the service drops it anyway. */
export async function withOrientation(file: Blob, change: (orientation: number) => number): Promise<Blob> {
  const head = new DataView(await file.slice(0, MAX_HEAD_BYTES).arrayBuffer());
  const { orientation, exif } = readOrientation(head);
  const place = exif ?? { start: 2, end: 2 };
  return new Blob([file.slice(0, place.start), exifSegment(change(orientation)), file.slice(place.end)], {
    type: 'image/jpeg',
  });
}

/** The orientation in the first directory of an EXIF's TIFF. */
function inTiff(head: DataView, start: number, end: number): number {
  if (end - start < 14) return 1;
  const isLittle = head.getUint16(start) === 0x4949;
  const directory = start + head.getUint32(start + 4, isLittle);
  if (directory + 2 > end) return 1;
  const entries = head.getUint16(directory, isLittle);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > end) return 1;
    if (head.getUint16(entry, isLittle) !== ORIENTATION_TAG) continue;
    const value = head.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** The smallest EXIF with an orientation: one entry, big-endian. */
function exifSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const segment = new DataView(new ArrayBuffer(36));
  segment.setUint16(0, 0xff00 | APP1);
  segment.setUint16(2, 34);
  [...EXIF].forEach((letter, index) => {
    segment.setUint8(4 + index, letter.charCodeAt(0));
  });
  segment.setUint32(10, 0x4d4d_002a);
  segment.setUint32(14, 8);
  segment.setUint16(18, 1);
  segment.setUint16(20, ORIENTATION_TAG);
  segment.setUint16(22, 3);
  segment.setUint32(24, 1);
  segment.setUint16(28, orientation);
  return new Uint8Array(segment.buffer);
}

const text = (head: DataView, at: number, length: number): string =>
  at + length > head.byteLength
    ? ''
    : String.fromCharCode(...new Uint8Array(head.buffer, head.byteOffset + at, length));
