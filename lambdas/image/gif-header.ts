import type { Header } from './header.ts';

/** Where a GIF's first frame is on its canvas, and where its parts are in the file. */
export interface GifFrame {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
  isInterlaced: boolean;
  /** The index that means "transparent", if there is one. */
  transparentIndex: number | undefined;
  /** Three bytes a colour; empty if the file has no table. */
  palette: Uint8Array;
  /** Where LZW's code size is. The sub-blocks follow it. */
  dataAt: number;
}

/**
 * Reads a GIF's blocks and counts the frames. Undefined without a frame, and if the file is cut within a later frame:
 * only frame 1 is decoded, so nothing else would notice. After a frame, anything that is not a block is the end, as in
 * browsers: a trailer, nothing, or other bytes. Source: GIF89a specification, sections 17 to 27.
 */
export function readGifHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < SCREEN_END) return undefined;
  let frames = 0;
  let first: GifFrame | undefined;
  for (const { frame, end } of images(bytes)) {
    if (first !== undefined && end > bytes.length) return undefined;
    first ??= frame;
    frames++;
  }
  return first && headerOf(bytes, first, frames);
}

/** The first frame. */
export function firstGifFrame(bytes: Uint8Array): GifFrame | undefined {
  for (const { frame } of images(bytes)) return frame;
  return undefined;
}

const SCREEN_END = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const DESCRIPTOR_BYTES = 10;

/** Every frame, and where the terminator of its last sub-block ends: after the end of the bytes if that is missing. */
function* images(bytes: Uint8Array): Generator<{ frame: GifFrame; end: number }> {
  const globalPalette = palette(bytes, SCREEN_END, bytes[10] ?? 0);
  let at = SCREEN_END + colourTableBytes(bytes[10] ?? 0);
  let transparentIndex: number | undefined;
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0) at++;
    else if (block === EXTENSION) {
      if (bytes[at + 1] === GRAPHIC_CONTROL && (bytes[at + 2] ?? 0) >= 4)
        transparentIndex = (bytes[at + 3] ?? 0) & 1 ? bytes[at + 6] : undefined;
      at = afterSubBlocks(bytes, at + 2);
    } else if (block === IMAGE) {
      const flags = bytes[at + 9] ?? 0;
      const dataAt = at + DESCRIPTOR_BYTES + colourTableBytes(flags);
      const end = afterSubBlocks(bytes, dataAt + 1);
      const own = palette(bytes, at + DESCRIPTOR_BYTES, flags);
      yield {
        frame: { ...placeOf(bytes, at), transparentIndex, palette: own ?? globalPalette ?? NO_PALETTE, dataAt },
        end,
      };
      transparentIndex = undefined;
      at = end;
    } else return;
  }
}

/** Bit 7 says that there is a table, bits 0–2 that it has 2^(n+1) colours of 3 bytes. */
const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

const palette = (bytes: Uint8Array, at: number, flags: number): Uint8Array | undefined =>
  flags & 0x80 ? bytes.subarray(at, at + colourTableBytes(flags)) : undefined;

const NO_PALETTE = new Uint8Array();

/** Where the sub-blocks from `from` end, after their terminator; after the end of the bytes if that is missing. */
function afterSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

const placeOf = (bytes: Uint8Array, at: number) => ({
  leftPx: uint16(bytes, at + 1),
  topPx: uint16(bytes, at + 3),
  widthPx: uint16(bytes, at + 5),
  heightPx: uint16(bytes, at + 7),
  isInterlaced: ((bytes[at + 9] ?? 0) & 0x40) !== 0,
});

function headerOf(bytes: Uint8Array, frame: GifFrame, frames: number): Header | undefined {
  if (frame.widthPx === 0 || frame.heightPx === 0) return undefined;
  // As in browsers: the canvas is the logical screen. Only the first frame can make it larger.
  const widthPx = Math.max(uint16(bytes, 6), frame.leftPx + frame.widthPx);
  const heightPx = Math.max(uint16(bytes, 8), frame.topPx + frame.heightPx);
  return {
    widthPx,
    heightPx,
    channels: 4,
    bytesASample: 1,
    // The frame's indices are in memory together with the canvas that they are painted on.
    needsFullBuffer: true,
    orientation: 1,
    frames,
    hasAlpha: frame.transparentIndex !== undefined || frame.widthPx !== widthPx || frame.heightPx !== heightPx,
  };
}
