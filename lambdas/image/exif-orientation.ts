/**
 * The orientation that a block of EXIF holds (a TIFF header and what follows, without JPEG's `Exif\0\0`): 1 to 8.
 * Anything that is damaged, absent or out of range counts as 1, upright, as browsers and libvips have it.
 * Source: TIFF 6.0 section 2, tag 274.
 */
export function exifOrientation(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (view.byteLength < TIFF_HEADER_BYTES) return UPRIGHT;
  const order = view.getUint16(0);
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) return UPRIGHT;
  const isLittle = order === LITTLE_ENDIAN;
  if (view.getUint16(2, isLittle) !== TIFF_MAGIC) return UPRIGHT;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > view.byteLength) return UPRIGHT;
  const entries = view.getUint16(directory, isLittle);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    if (entry + ENTRY_BYTES > view.byteLength) return UPRIGHT;
    if (view.getUint16(entry, isLittle) === ORIENTATION_TAG) return orientationOf(view, entry, isLittle);
  }
  return UPRIGHT;
}

const UPRIGHT = 1;
const TIFF_HEADER_BYTES = 8;
const LITTLE_ENDIAN = 0x4949;
const BIG_ENDIAN = 0x4d4d;
const TIFF_MAGIC = 42;
const ENTRY_BYTES = 12;
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
const LONG = 4;

/**
 * A directory entry is tag, type, count, value; a SHORT stands in the value's first two bytes. The tag is defined as a
 * SHORT, but some writers use a LONG, and libvips reads that too.
 */
function orientationOf(view: DataView, entry: number, isLittle: boolean): number {
  const type = view.getUint16(entry + 2, isLittle);
  if (type !== SHORT && type !== LONG) return UPRIGHT;
  const value = type === SHORT ? view.getUint16(entry + 8, isLittle) : view.getUint32(entry + 8, isLittle);
  return value >= 1 && value <= 8 ? value : UPRIGHT;
}
