import { crc32, deflateSync } from 'node:zlib';

/** A colour of a drawing: red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** The most colours that a drawing can have: four bits a pixel. */
export const MAX_COLOURS = 16;

/**
 * Draws a square as a PNG with a palette (PNG, third edition).
 * @param colours at most `MAX_COLOURS`
 * @param colourAt the index of a pixel's colour; the origin is the top left
 * @param isTransparent makes the first colour invisible
 */
export function drawSquare(
  sidePx: number,
  colours: readonly Colour[],
  colourAt: (x: number, y: number) => number,
  isTransparent = false,
): Buffer {
  const bytesARow = Math.ceil(sidePx / 2);
  const rows = Buffer.alloc((1 + bytesARow) * sidePx);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const colour = colourAt(x, y);
      // Each row begins with filter 0. Then two pixels a byte, the left one in the high half (7.2).
      const at = y * (1 + bytesARow) + 1 + (x >> 1);
      rows[at] = (rows[at] ?? 0) | (x % 2 === 0 ? colour << 4 : colour);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sidePx, 0);
  header.writeUInt32BE(sidePx, 4);
  header.set([4, 3], 8); // four bits a pixel, palette
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours.flat())),
    ...(isTransparent ? [chunk('tRNS', Buffer.from([0]))] : []),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
