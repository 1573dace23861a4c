import { exifOrientation } from './exif-orientation.ts';
import type { Header } from './header.ts';

/**
 * Reads a JPEG's segments up to its first scan: frame header (SOF) and EXIF; for a progressive file the scans are counted
 * too. Undefined when damaged. That the picture data is complete is for the decode to tell.
 * Source: ITU-T T.81, annex B.
 */
export function readJpegHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  let orientation: number | undefined;
  for (let at = 2; ; ) {
    const segment = nextSegment(view, at);
    if (segment === undefined) return undefined;
    const { marker, start, end } = segment;
    if (marker === SCAN) return frame && headerOf(bytes, frame, orientation ?? 1, segment);
    if (isFrameHeader(marker)) {
      // Two frame headers: the bounds would be checked on one and the other decoded.
      if (frame !== undefined) return undefined;
      frame = readFrame(view, segment);
      if (frame === undefined) return undefined;
    }
    if (marker === APP1 && orientation === undefined && isExif(bytes, start, end))
      orientation = exifOrientation(bytes.subarray(start + EXIF_NAME.length, end));
    at = end;
  }
}

interface Segment {
  marker: number;
  /** The segment's content, after its length and before the next segment. */
  start: number;
  end: number;
}

interface Frame {
  widthPx: number;
  heightPx: number;
  components: number;
  precision: number;
  isProgressive: boolean;
}

const SCAN = 0xda;
const END = 0xd9;
const APP1 = 0xe1;
const EXIF_NAME = 'Exif\0\0';

/** A scan costs a pass over the whole picture. Encoders make about ten; a few KB of empty ones would cost minutes. */
const MAX_SCANS = 100;

/** The next segment with a length; stray bytes before a marker are skipped, as libjpeg does. */
function nextSegment(view: DataView, from: number): Segment | undefined {
  for (let at = from; at + 3 < view.byteLength; at++) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || isBare(marker)) continue;
    if (marker === END) return undefined;
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    return length < 2 || end > view.byteLength ? undefined : { marker, start: at + 4, end };
  }
  return undefined;
}

/** Markers without a length: stuffing, fill, TEM, RST0–7, SOI. */
const isBare = (marker: number): boolean =>
  marker === 0x00 || marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** SOF0–15 without DHT (c4), JPG (c8) and DAC (cc), which share the range. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function readFrame(view: DataView, { marker, start, end }: Segment): Frame | undefined {
  if (end - start < 6) return undefined;
  const frame = {
    precision: view.getUint8(start),
    heightPx: view.getUint16(start + 1),
    widthPx: view.getUint16(start + 3),
    components: view.getUint8(start + 5),
    isProgressive: marker === 0xc2,
  };
  // A height of 0 (told later by a DNL segment) is legal and read by nobody, libjpeg included.
  return frame.widthPx > 0 && frame.heightPx > 0 && frame.components > 0 ? frame : undefined;
}

const isExif = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start > EXIF_NAME.length && Buffer.from(bytes.subarray(start, start + EXIF_NAME.length)).equals(EXIF_BYTES);

const EXIF_BYTES = Buffer.from(EXIF_NAME, 'latin1');

function headerOf(bytes: Uint8Array, frame: Frame, orientation: number, scan: Segment): Header | undefined {
  // A first scan without all components: more follow, and libjpeg holds the whole picture as for a progressive one.
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

/** Counts scans up to the end of the image. Inside a scan's data a 0xff is always followed by 0 or a restart marker. */
function hasTooManyScans(bytes: Uint8Array, from: number): boolean {
  let scans = 1;
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === END) return false;
    if (bytes[at + 1] === SCAN && ++scans > MAX_SCANS) return true;
  }
  return false;
}
