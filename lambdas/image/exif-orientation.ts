/**
 * The orientation in a block of EXIF (a TIFF header and what follows, without JPEG's `Exif\0\0`): 1 to 8. Undefined if
 * it is damaged, absent or out of range.
 *
 * This is the only reader of it. Two would have to agree about damaged files, and libvips and we do not.
 * Source: TIFF 6.0 section 2, tag 274; exiftool for types other than SHORT.
 */
export function exifOrientation(exif: Uint8Array): number | undefined {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (view.byteLength < TIFF_HEADER_BYTES) return undefined;
  const order = view.getUint16(0);
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) return undefined;
  const isLittle = order === LITTLE_ENDIAN;
  if (view.getUint16(2, isLittle) !== TIFF_MAGIC) return undefined;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > view.byteLength) return undefined;
  const entries = view.getUint16(directory, isLittle);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    if (entry + ENTRY_BYTES > view.byteLength) return undefined;
    if (view.getUint16(entry, isLittle) === ORIENTATION_TAG) return orientationOf(view, entry, isLittle);
  }
  return undefined;
}

const TIFF_HEADER_BYTES = 8;
const LITTLE_ENDIAN = 0x4949;
const BIG_ENDIAN = 0x4d4d;
const TIFF_MAGIC = 42;
const ENTRY_BYTES = 12;
const ORIENTATION_TAG = 0x0112;
/** TIFF's types for one number in an entry's four bytes. */
const READERS: Record<number, (view: DataView, at: number, isLittle: boolean) => number> = {
  1: (view, at) => view.getUint8(at),
  2: (view, at) => view.getUint8(at) - DIGIT_0,
  3: (view, at, isLittle) => view.getUint16(at, isLittle),
  4: (view, at, isLittle) => view.getUint32(at, isLittle),
  6: (view, at) => view.getInt8(at),
  7: (view, at) => view.getUint8(at),
  8: (view, at, isLittle) => view.getInt16(at, isLittle),
  9: (view, at, isLittle) => view.getInt32(at, isLittle),
  11: (view, at, isLittle) => view.getFloat32(at, isLittle),
};
const DIGIT_0 = 0x30;

/**
 * A directory entry is tag, type, count and value. A short value is in the first of its four bytes. The tag is defined
 * as one SHORT, but writers use every type, and exiftool reads them all. With a count other than 1 it is not an
 * orientation.
 */
function orientationOf(view: DataView, entry: number, isLittle: boolean): number | undefined {
  const read = READERS[view.getUint16(entry + 2, isLittle)];
  if (read === undefined || view.getUint32(entry + 4, isLittle) !== 1) return undefined;
  const value = read(view, entry + 8, isLittle);
  return Number.isInteger(value) && value >= 1 && value <= 8 ? value : undefined;
}
