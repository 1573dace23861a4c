import { exifOrientation } from './exif-orientation.ts';
import type { Header } from './header.ts';

/**
 * Walks a PNG's chunks from IHDR to IEND. Undefined when damaged, and when it does not reach IEND: libpng is content with
 * the last row, so a file that lost its end would pass the decode.
 * Source: PNG (third edition), sections 5 and 11. Checksums are left to libpng.
 */
export function readPngHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE_BYTES;
  let frame: Frame | undefined;
  let hasPixels = false;
  let hasTransparency = false;
  let frames = 1;
  let orientation: number | undefined;
  while (at + CHUNK_FRAME_BYTES <= view.byteLength) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const start = at + 8;
    at += CHUNK_FRAME_BYTES + length;
    if (at > view.byteLength) return undefined;
    if (frame === undefined) {
      frame = type === IHDR && length === 13 ? readFrame(view, start) : undefined;
      if (frame === undefined) return undefined;
    } else if (type === IDAT) hasPixels = true;
    else if (type === IEND) return hasPixels ? headerOf(frame, hasTransparency, frames, orientation ?? 1) : undefined;
    // What follows the pixels does not describe them any more, and libvips has not read that far when it turns the picture.
    else if (hasPixels) continue;
    else if (type === TRNS) hasTransparency = true;
    else if (type === ACTL && length >= 4) frames = Math.max(1, view.getUint32(start));
    else if (type === EXIF) orientation ??= exifOrientation(bytes.subarray(start, start + length));
  }
  return undefined;
}

interface Frame {
  widthPx: number;
  heightPx: number;
  depth: number;
  colour: Colour;
  isInterlaced: boolean;
}

interface Colour {
  channels: number;
  hasAlpha: boolean;
  depths: number[];
}

const SIGNATURE_BYTES = 8;
/** Length, type and checksum. */
const CHUNK_FRAME_BYTES = 12;

/** A chunk's type as a big-endian number. */
const chunk = (name: string): number => Buffer.from(name, 'latin1').readUInt32BE();
const IHDR = chunk('IHDR');
const IDAT = chunk('IDAT');
const IEND = chunk('IEND');
const TRNS = chunk('tRNS');
const ACTL = chunk('acTL');
const EXIF = chunk('eXIf');

const MAX_SIDE_PX = 0x7fff_ffff;

/** Colour types and the bit depths each may have (table 11.1). A palette is expanded to 3 channels. */
const COLOURS: Record<number, Colour> = {
  0: { channels: 1, hasAlpha: false, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, hasAlpha: false, depths: [8, 16] },
  3: { channels: 3, hasAlpha: false, depths: [1, 2, 4, 8] },
  4: { channels: 2, hasAlpha: true, depths: [8, 16] },
  6: { channels: 4, hasAlpha: true, depths: [8, 16] },
};

function readFrame(view: DataView, start: number): Frame | undefined {
  const widthPx = view.getUint32(start);
  const heightPx = view.getUint32(start + 4);
  const depth = view.getUint8(start + 8);
  const colour = COLOURS[view.getUint8(start + 9)];
  const interlace = view.getUint8(start + 12);
  if (widthPx < 1 || heightPx < 1 || widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) return undefined;
  if (colour === undefined || !colour.depths.includes(depth) || interlace > 1) return undefined;
  return { widthPx, heightPx, depth, colour, isInterlaced: interlace === 1 };
}

const headerOf = (frame: Frame, hasTransparency: boolean, frames: number, orientation: number): Header => ({
  widthPx: frame.widthPx,
  heightPx: frame.heightPx,
  channels: frame.colour.channels + (hasTransparency && !frame.colour.hasAlpha ? 1 : 0),
  bytesASample: frame.depth === 16 ? 2 : 1,
  needsFullBuffer: frame.isInterlaced,
  orientation,
  frames,
  hasAlpha: frame.colour.hasAlpha || hasTransparency,
});
