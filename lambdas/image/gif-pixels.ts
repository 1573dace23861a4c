import type { Rectangle } from './geometry.ts';
import { firstGifFrame, type GifFrame } from './gif-header.ts';
import { unpackLzw } from './lzw.ts';

/** Frame 1 of a GIF, unpacked but not painted. */
interface UnpackedGif {
  frame: GifFrame;
  /** One index a pixel, in the order of the file. */
  indices: Uint8Array;
  /** How many there are. The rest is transparent, as in browsers. */
  count: number;
}

/**
 * Unpacks frame 1. Undefined if its data is damaged, or if the file ends before the last pixel. Data that ends early in
 * a file that goes on is not damage: somebody wrote it like this, and the last pixels may be missing.
 *
 * Not by libvips: it takes a screen of 640×480, 1024×768 and some others for a monitor, paints missing pixels black,
 * and drops what comes before a missing end code.
 */
export function unpackGif(bytes: Uint8Array): UnpackedGif | undefined {
  const frame = firstGifFrame(bytes);
  if (frame === undefined) return undefined;
  const codeSize = bytes[frame.dataAt];
  if (codeSize === undefined || codeSize > MAX_CODE_SIZE) return undefined;
  const indices = new Uint8Array(frame.widthPx * frame.heightPx);
  const { count, end } = unpackLzw(bytes, frame.dataAt + 1, codeSize, indices);
  return end === 'broken' || end === 'cut' ? undefined : { frame, indices, count };
}

/** Indices are bytes. */
const MAX_CODE_SIZE = 8;

/** Paints a part of the canvas as RGB or RGBA, rows from the top. Transparent outside of the frame. */
export function paintGif({ frame, indices, count }: UnpackedGif, part: Rectangle, channels: 3 | 4): Buffer {
  const data = Buffer.alloc(part.widthPx * part.heightPx * channels);
  const colours = coloursOf(frame);
  const pixels = channels === 4 ? new Uint32Array(data.buffer, data.byteOffset, data.length / 4) : undefined;
  const leftPx = Math.max(part.leftPx, frame.leftPx);
  const rightPx = Math.min(part.leftPx + part.widthPx, frame.leftPx + frame.widthPx);
  for (const [row, y] of rowsOf(frame)) {
    const down = frame.topPx + y - part.topPx;
    if (down < 0 || down >= part.heightPx) continue;
    const first = row * frame.widthPx + leftPx - frame.leftPx;
    const last = Math.min(first + rightPx - leftPx, count);
    let to = down * part.widthPx + leftPx - part.leftPx;
    if (pixels) for (let at = first; at < last; at++) pixels[to++] = colours[indices[at] ?? 0] ?? 0;
    else
      for (let at = first; at < last; at++) {
        const colour = colours[indices[at] ?? 0] ?? 0;
        data[3 * to] = colour & 0xff;
        data[3 * to + 1] = (colour >> 8) & 0xff;
        data[3 * to + 2] = (colour >> 16) & 0xff;
        to++;
      }
  }
  return data;
}

/** Whether frame 1 leaves a pixel of the canvas unpainted, or uses its transparent index. */
export function isGifSeeThrough(
  { frame, indices, count }: UnpackedGif,
  canvas: { widthPx: number; heightPx: number },
): boolean {
  const covers = frame.widthPx === canvas.widthPx && frame.heightPx === canvas.heightPx && count === indices.length;
  return !covers || (frame.transparentIndex !== undefined && indices.includes(frame.transparentIndex));
}

/** 256 colours, red in the lowest byte. An index without a colour is black. */
function coloursOf({ palette, transparentIndex }: GifFrame): Uint32Array {
  const colours = new Uint32Array(256).fill(OPAQUE_BLACK);
  for (let index = 0; 3 * index + 2 < palette.length; index++)
    colours[index] =
      ((palette[3 * index] ?? 0) |
        ((palette[3 * index + 1] ?? 0) << 8) |
        ((palette[3 * index + 2] ?? 0) << 16) |
        OPAQUE_BLACK) >>>
      0;
  if (transparentIndex !== undefined) colours[transparentIndex] = 0;
  return colours;
}

const OPAQUE_BLACK = 0xff00_0000;

/**
 * The rows in the order of the file, with their place in the frame. Interlaced: every 8th, then from 4, from 2, from 1.
 */
function* rowsOf({ heightPx, isInterlaced }: GifFrame): Generator<[number, number]> {
  let row = 0;
  for (const [from, step] of isInterlaced ? INTERLACED : PLAIN)
    for (let y = from; y < heightPx; y += step) yield [row++, y];
}

const PLAIN = [[0, 1]] as const;
const INTERLACED = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;
