/** A part of a JPEG between two of its markers. */
export interface Segment {
  marker: number;
  /** Its content, after its length and before the next segment. */
  start: number;
  end: number;
}

export const SCAN = 0xda;
export const END = 0xd9;
export const APP1 = 0xe1;

/**
 * The next segment with a length; stray bytes before a marker, which a scan's data are too, are skipped, as libjpeg does. `end` where
 * the picture ends first, undefined where the bytes do, or a length leads beyond them.
 * Source: ITU-T T.81, annex B.
 */
export function nextSegment(bytes: Uint8Array, from: number): Segment | 'end' | undefined {
  for (let at = bytes.indexOf(0xff, from); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1] ?? 0;
    if (isBare(marker)) continue;
    if (marker === END) return 'end';
    if (at + 3 >= bytes.length) return undefined;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    // A length counts itself. Where a reader only skips what it says, libjpeg and browsers go on from there.
    if (length < 2 && !isSkipped(marker)) return undefined;
    const end = at + 2 + Math.max(2, length);
    return end > bytes.length ? undefined : { marker, start: at + 4, end };
  }
  return undefined;
}

/** Markers without a length: stuffing, fill, TEM, RST0–7, SOI. */
const isBare = (marker: number): boolean =>
  marker === 0x00 || marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Comments, applications' own, and DNL, which nobody reads. */
const isSkipped = (marker: number): boolean => marker === 0xfe || marker === 0xdc || (marker >= 0xe0 && marker <= 0xef);

/** SOF0–15 without DHT (c4), JPG (c8) and DAC (cc), which share the range. */
export const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
