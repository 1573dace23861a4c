import { exifOrientation } from './exif-orientation.ts';
import type { Header } from './header.ts';

/**
 * Reads a WebP's chunks: canvas, alpha, frames and EXIF of an extended file (VP8X), or the one bitstream of a simple
 * one. Undefined if damaged: cut off, without a picture, or with a first frame that does not fit onto the canvas.
 * Source: RFC 9649, sections 2 and 3.4; RFC 6386, section 9.1.
 */
export function readWebpHeader(bytes: Uint8Array): Header | undefined {
  const end = RIFF_HEADER_BYTES - 4 + uint32(bytes, 4);
  if (end > bytes.length) return undefined;
  let canvas: Canvas | undefined;
  let first: Canvas | undefined;
  let isFirstWithin = true;
  let frames = 0;
  let orientation: number | undefined;
  for (const { name, start, end: chunkEnd } of chunks(bytes, RIFF_HEADER_BYTES, end)) {
    if (chunkEnd > end) return undefined;
    if (name === 'VP8X') {
      // It has to be the first chunk.
      if (start !== RIFF_HEADER_BYTES + CHUNK_HEADER_BYTES) return undefined;
      canvas = extended(bytes, start, chunkEnd);
      if (canvas === undefined) return undefined;
    } else if (name === 'ANMF' && canvas?.isAnimated) {
      frames++;
      if (frames > 1) continue;
      const frame = animationFrame(bytes, start, chunkEnd);
      if (frame === undefined) return undefined;
      isFirstWithin = frame.leftPx + frame.widthPx <= canvas.widthPx && frame.topPx + frame.heightPx <= canvas.heightPx;
      first = frame;
    } else if (name === 'VP8 ' || name === 'VP8L') first ??= bitstream(bytes, name, start, chunkEnd);
    else if (name === 'EXIF') orientation ??= exifOrientation(withoutName(bytes.subarray(start, chunkEnd)));
  }
  if (first === undefined || !isFirstWithin) return undefined;
  const { widthPx, heightPx } = canvas ?? first;
  const isAnimated = canvas?.isAnimated === true;
  // A still picture fills its canvas.
  if (!isAnimated && (first.widthPx !== widthPx || first.heightPx !== heightPx)) return undefined;
  const hasAlpha = (canvas ?? first).hasAlpha;
  return {
    widthPx,
    heightPx,
    // An animation is drawn on a canvas with alpha, whatever the file declares.
    channels: hasAlpha || isAnimated ? 4 : 3,
    bytesASample: 1,
    needsFullBuffer: true,
    orientation: orientation ?? 1,
    frames: Math.max(frames, 1),
    hasAlpha: hasAlpha || (isAnimated && (first.widthPx !== widthPx || first.heightPx !== heightPx)),
  };
}

interface Canvas {
  widthPx: number;
  heightPx: number;
  hasAlpha: boolean;
  isAnimated?: boolean;
}

/** `RIFF`, a length, `WEBP`. */
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

interface Chunk {
  name: string;
  start: number;
  end: number;
}

/** Chunks are padded to even lengths. Fewer bytes than a chunk's header are ignored. */
function* chunks(bytes: Uint8Array, from: number, to: number): Generator<Chunk> {
  for (let at = from; at + CHUNK_HEADER_BYTES <= to; ) {
    const length = uint32(bytes, at + 4);
    const start = at + CHUNK_HEADER_BYTES;
    yield { name: String.fromCharCode(...bytes.subarray(at, at + 4)), start, end: start + length };
    at = start + length + (length % 2);
  }
}

const uint24 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
const uint32 = (bytes: Uint8Array, at: number): number => uint24(bytes, at) + (bytes[at + 3] ?? 0) * 0x100_0000;

const ALPHA_FLAG = 0x10;
const ANIMATION_FLAG = 0x02;

function extended(bytes: Uint8Array, start: number, end: number): Canvas | undefined {
  if (end - start < 10) return undefined;
  const flags = bytes[start] ?? 0;
  return {
    widthPx: 1 + uint24(bytes, start + 4),
    heightPx: 1 + uint24(bytes, start + 7),
    hasAlpha: (flags & ALPHA_FLAG) !== 0,
    isAnimated: (flags & ANIMATION_FLAG) !== 0,
  };
}

const FRAME_HEADER_BYTES = 16;

/** Half its place, and its size. The bitstream inside must have that size. */
function animationFrame(bytes: Uint8Array, start: number, end: number) {
  if (end - start < FRAME_HEADER_BYTES) return undefined;
  const [widthPx, heightPx] = [1 + uint24(bytes, start + 6), 1 + uint24(bytes, start + 9)];
  for (const chunk of chunks(bytes, start + FRAME_HEADER_BYTES, end)) {
    const found = chunk.end <= end ? bitstream(bytes, chunk.name, chunk.start, chunk.end) : undefined;
    if (found === undefined) continue;
    if (found.widthPx !== widthPx || found.heightPx !== heightPx) return undefined;
    return { ...found, leftPx: 2 * uint24(bytes, start), topPx: 2 * uint24(bytes, start + 3) };
  }
  return undefined;
}

const LOSSLESS_SIGNATURE = 0x2f;

/** Sizes of 14 bits: of a VP8 key frame after its start code, of VP8L after its signature. */
function bitstream(bytes: Uint8Array, name: string, start: number, end: number): Canvas | undefined {
  if (name === 'VP8 ') {
    const isKeyFrame = ((bytes[start] ?? 1) & 1) === 0;
    if (end - start < 10 || !isKeyFrame || uint24(bytes, start + 3) !== VP8_START_CODE) return undefined;
    const size = uint32(bytes, start + 6);
    return sized(size & 0x3fff, (size >>> 16) & 0x3fff, false);
  }
  if (name !== 'VP8L' || end - start < 5 || bytes[start] !== LOSSLESS_SIGNATURE) return undefined;
  const bits = uint32(bytes, start + 1);
  return sized(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff), ((bits >>> 28) & 1) === 1);
}

/** 9d 01 2a. */
const VP8_START_CODE = 0x2a019d;

const sized = (widthPx: number, heightPx: number, hasAlpha: boolean): Canvas | undefined =>
  widthPx > 0 && heightPx > 0 ? { widthPx, heightPx, hasAlpha } : undefined;

/** Some writers put JPEG's name before the block. */
const withoutName = (exif: Uint8Array): Uint8Array =>
  Buffer.from(exif.subarray(0, 4)).toString('latin1') === 'Exif' ? exif.subarray(6) : exif;
