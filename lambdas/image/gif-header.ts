import type { Header } from './header.ts';

/**
 * Walks a GIF's blocks from its screen to its trailer and counts the frames. Undefined when damaged, without a frame, or
 * when the trailer is missing: the decoder looks at frame 1 only, so a file that lost later frames would pass it.
 * Source: GIF89a specification, sections 17 to 27.
 */
export function readGifHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < SCREEN_END) return undefined;
  let at = SCREEN_END + colourTableBytes(bytes[10] ?? 0);
  let isTransparent = false;
  let frames = 0;
  let first: Frame | undefined;
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === TRAILER) return first && headerOf(bytes, first, frames);
    if (block === EXTENSION) {
      if (bytes[at + 1] === GRAPHIC_CONTROL) isTransparent = ((bytes[at + 3] ?? 0) & 1) === 1;
      at = afterSubBlocks(bytes, at + 2);
    } else if (block === IMAGE) {
      first ??= readFrame(bytes, at, isTransparent);
      frames++;
      isTransparent = false;
      // The descriptor, its colour table, and one byte of LZW code size stand before the data.
      at = afterSubBlocks(bytes, at + DESCRIPTOR_BYTES + colourTableBytes(bytes[at + 9] ?? 0) + 1);
    } else return undefined;
  }
  return undefined;
}

interface Frame {
  leftPx: number;
  topPx: number;
  widthPx: number;
  heightPx: number;
  isTransparent: boolean;
}

const SCREEN_END = 13;
const TRAILER = 0x3b;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;
const DESCRIPTOR_BYTES = 10;

/** Bit 7 says that a table is there, bits 0–2 that it has 2^(n+1) colours of 3 bytes. */
const colourTableBytes = (flags: number): number => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);

/** Where the sub-blocks that begin at `from` end, past their terminator; past the end of the bytes when they do not. */
function afterSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

const uint16 = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

const readFrame = (bytes: Uint8Array, at: number, isTransparent: boolean): Frame => ({
  leftPx: uint16(bytes, at + 1),
  topPx: uint16(bytes, at + 3),
  widthPx: uint16(bytes, at + 5),
  heightPx: uint16(bytes, at + 7),
  isTransparent,
});

function headerOf(bytes: Uint8Array, frame: Frame, frames: number): Header | undefined {
  if (frame.widthPx === 0 || frame.heightPx === 0) return undefined;
  const screen = screenSide(uint16(bytes, 6), uint16(bytes, 8));
  // libnsgif lets the first frame grow the picture, and only the first.
  const widthPx = Math.max(screen.widthPx, frame.leftPx + frame.widthPx);
  const heightPx = Math.max(screen.heightPx, frame.topPx + frame.heightPx);
  const coversScreen = frame.widthPx === widthPx && frame.heightPx === heightPx;
  return {
    widthPx,
    heightPx,
    channels: 4,
    bytesASample: 1,
    // libnsgif paints into a canvas of the whole picture, interlaced or not, and keeps it beside what libvips reads.
    needsFullBuffer: true,
    orientation: 1,
    frames,
    hasAlpha: frame.isTransparent || !coversScreen,
  };
}

/**
 * The screen that libnsgif believes. Old encoders wrote their monitor's size, so it takes these sizes, 0, and anything
 * over 2048 for nothing and lets the first frame decide; ours must be the same picture as the decoder's.
 */
function screenSide(widthPx: number, heightPx: number) {
  const isMonitor = MONITORS.some(([width, height]) => width === widthPx && height === heightPx);
  const isDoubtful = isMonitor || widthPx === 0 || heightPx === 0 || widthPx > 2048 || heightPx > 2048;
  return isDoubtful ? { widthPx: 1, heightPx: 1 } : { widthPx, heightPx };
}

const MONITORS = [
  [640, 480],
  [640, 512],
  [800, 600],
  [1024, 768],
  [1280, 1024],
  [1600, 1200],
] as const;
