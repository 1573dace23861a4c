import { exifOrientation } from './exif-orientation.ts';
import type { Header } from './header.ts';
import { APP1, END, isFrameHeader, nextSegment, SCAN, type Segment } from './jpeg-segments.ts';

/**
 * Reads a JPEG's segments up to its first scan: frame header (SOF) and EXIF. In a progressive file it also counts the
 * scans. Undefined if damaged. Whether the picture's data is complete is up to the decoder. Source: ITU-T T.81, annex
 * B.
 */
export function readJpegHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  let orientation: number | undefined;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (segment === undefined || segment === 'end') return undefined;
    const { marker, start, end } = segment;
    if (marker === SCAN) return frame && headerOf(bytes, frame, orientation ?? 1, segment);
    if (isFrameHeader(marker)) {
      // With two frame headers, the bounds would be checked on one and the other decoded.
      if (frame !== undefined) return undefined;
      frame = readFrame(view, segment);
      if (frame === undefined) return undefined;
    }
    // The first with an orientation counts: some writers put an empty or damaged segment before the real one.
    if (marker === APP1 && isExif(bytes, start, end))
      orientation ??= exifOrientation(bytes.subarray(start + EXIF_NAME_BYTES, end));
    at = end;
  }
}

interface Frame {
  widthPx: number;
  heightPx: number;
  components: number;
  precision: number;
  isProgressive: boolean;
}

/** `Exif`, 0, and a byte that should be 0. */
const EXIF_NAME_BYTES = 6;

/**
 * Each scan costs a pass over the whole picture. Encoders make about ten. A few KB of empty ones would take minutes.
 */
const MAX_SCANS = 100;

function readFrame(view: DataView, { marker, start, end }: Segment): Frame | undefined {
  if (end - start < 6) return undefined;
  const frame = {
    precision: view.getUint8(start),
    heightPx: view.getUint16(start + 1),
    widthPx: view.getUint16(start + 3),
    components: view.getUint8(start + 5),
    isProgressive: marker === 0xc2,
  };
  // A height of 0 (with a DNL segment later) is legal, but no reader supports it, not even libjpeg.
  return frame.widthPx > 0 && frame.heightPx > 0 && frame.components > 0 ? frame : undefined;
}

/** In any case, and with any last byte, as in exiftool. */
const isExif = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start > EXIF_NAME_BYTES &&
  /^exif\0/i.test(Buffer.from(bytes.subarray(start, start + EXIF_NAME_BYTES)).toString('latin1'));

function headerOf(bytes: Uint8Array, frame: Frame, orientation: number, scan: Segment): Header | undefined {
  // If the first scan lacks components, more follow, and libjpeg holds the whole picture as for a progressive one.
  const needsFullBuffer = frame.isProgressive || (bytes[scan.start] ?? 0) < frame.components;
  if (needsFullBuffer && hasTooManyScans(bytes, scan.end)) return undefined;
  return {
    widthPx: frame.widthPx,
    heightPx: frame.heightPx,
    channels: frame.components,
    bytesASample: frame.precision > 8 ? 2 : 1,
    needsFullBuffer,
    orientation,
    frames: 1,
    hasAlpha: false,
  };
}

/** Counts scans up to the end of the image. In a scan's data, 0xff is always followed by 0 or a restart marker. */
function hasTooManyScans(bytes: Uint8Array, from: number): boolean {
  let scans = 1;
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === END) return false;
    if (bytes[at + 1] === SCAN && ++scans > MAX_SCANS) return true;
  }
  return false;
}
