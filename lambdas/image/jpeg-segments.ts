/** A part of a JPEG between two of its markers. */
export interface Segment {
  marker: number;
  /** Its content, without its length. */
  start: number;
  end: number;
}

export const SCAN = 0xda;
export const END = 0xd9;
export const APP1 = 0xe1;

/**
 * The next segment with a length. Stray bytes before a marker are skipped, as in libjpeg; a scan's data is skipped like
 * this too. `end` at the end of the picture. Undefined at the end of the bytes, or if a length leads beyond it. Source:
 * ITU-T T.81, annex B.
 */
export function nextSegment(bytes: Uint8Array, from: number): Segment | 'end' | undefined {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (isBare(marker)) continue;
    if (marker === END) return 'end';
    if (at + 3 >= bytes.length) return undefined;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    // A length includes itself. In segments that are only skipped, libjpeg and browsers accept a smaller one.
    if (length < 2 && !isSkipped(marker)) return undefined;
    const end = at + 2 + Math.max(2, length);
    return end > bytes.length ? undefined : { marker, start: at + 4, end };
  }
  return undefined;
}

/** Markers without a length: stuffing, fill, TEM, RST0–7, SOI. */
const isBare = (marker: number): boolean =>
  marker === 0x00 || marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Comments, application segments, and DNL, which nobody reads. */
const isSkipped = (marker: number): boolean => marker === 0xfe || marker === 0xdc || (marker >= 0xe0 && marker <= 0xef);

/** SOF0–15, without DHT (c4), JPG (c8) and DAC (cc), which share the range. */
export const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
