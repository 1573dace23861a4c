import { exifOrientation } from './exif-orientation.ts';
import type { Header } from './header.ts';
import { chunkType, FCTL, FDAT, IDAT, IHDR, isSound, pngChunks, TRNS } from './png-chunks.ts';

/**
 * Reads a PNG's chunks from IHDR to IEND. Undefined if damaged, without pixels, or cut within a later frame. Whether
 * the pixels are complete is up to the decoder. What is missing after them is never shown. Source: PNG (third edition),
 * sections 5 and 11.
 */
export function readPngHeader(bytes: Uint8Array): Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: Frame | undefined;
  let hasPixels = false;
  let hasTransparency = false;
  let frames = 1;
  let orientation: number | undefined;
  /** Whether the animation's first frame is another picture than the default one. */
  let hidden: 'maybe' | 'no' | 'yes' | 'never' = 'no';
  let isSmaller = false;
  for (const chunk of pngChunks(bytes)) {
    const { type, start, end, isWhole } = chunk;
    const length = end - start;
    if (frame === undefined) {
      frame = type === IHDR && length === 13 && isWhole ? readFrame(view, start) : undefined;
      if (frame === undefined) return undefined;
    } else if (type === IDAT) hasPixels = true;
    else if (!isWhole) {
      if (!hasPixels || type === FDAT) return undefined;
      break;
    } else if (type === FCTL && length >= 20) {
      if (!hasPixels) hidden = 'never';
      else if (hidden === 'maybe') {
        hidden = 'yes';
        isSmaller = view.getUint32(start + 4) !== frame.widthPx || view.getUint32(start + 8) !== frame.heightPx;
      }
    }
    // What follows the pixels no longer describes them. Browsers and libvips ignore it too.
    else if (hasPixels || !DESCRIBING.has(type) || !isSound(bytes, chunk)) continue;
    else if (type === TRNS) hasTransparency = true;
    else if (type === ACTL && length >= 4) {
      frames = Math.max(1, view.getUint32(start));
      if (hidden === 'no' && view.getUint32(start) > 0) hidden = 'maybe';
    } else if (type === EXIF) orientation ??= exifOrientation(bytes.subarray(start, end));
  }
  if (frame === undefined || !hasPixels) return undefined;
  return headerOf(frame, {
    hasTransparency,
    frames,
    orientation: orientation ?? 1,
    isPasted: hidden === 'yes' && isSmaller,
  });
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

const ACTL = chunkType('acTL');
const EXIF = chunkType('eXIf');
const DESCRIBING = new Set([TRNS, ACTL, EXIF]);

const MAX_SIDE_PX = 0x7fff_ffff;

/** Colour types, and the bit depths that each may have (table 11.1). A palette is expanded to 3 channels. */
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

interface Described {
  hasTransparency: boolean;
  frames: number;
  orientation: number;
  /** Frame 1 covers a part of the canvas, and is put onto it after decoding. */
  isPasted: boolean;
}

const headerOf = (
  { widthPx, heightPx, depth, colour, isInterlaced }: Frame,
  { hasTransparency, frames, orientation, isPasted }: Described,
): Header => ({
  widthPx,
  heightPx,
  channels: isPasted ? 4 : colour.channels + (hasTransparency && !colour.hasAlpha ? 1 : 0),
  bytesASample: depth === 16 ? 2 : 1,
  needsFullBuffer: isInterlaced || isPasted,
  orientation,
  frames,
  hasAlpha: colour.hasAlpha || hasTransparency || isPasted,
});
