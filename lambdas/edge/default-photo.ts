import { crc32, deflateSync } from 'node:zlib';
import { sizeOf } from '../core/object-keys.ts';
import { DEFAULT_PHOTO_PREFIX } from './routes.ts';

/**
 * What is shown of a user without a photo: a bright head and shoulders on grey, drawn here, so nobody else's. Its names
 * follow Twitter's `default_profile_images/default_profile_normal.png`, so that clients' size switching finds every size.
 */

/** The picture that a size without an end of its own is taken from. */
const MASTER = { widthPx: 1024, heightPx: 1024 };

/** The path of the default photo in one size; suffixes are those of photos. */
export const defaultPhotoPath = (suffix: string): string => `${DEFAULT_PHOTO_PREFIX}default_profile_${suffix}.png`;

/** The PNG behind such a path; undefined for any other. */
export function defaultPhoto(path: string): Buffer | undefined {
  const suffix = /^default_profile(?:_([a-z0-9]+))?\.png$/.exec(path.slice(DEFAULT_PHOTO_PREFIX.length))?.[1];
  const size = path === `${DEFAULT_PHOTO_PREFIX}default_profile.png` || suffix ? sizeOf(MASTER, suffix) : undefined;
  return size && drawDefaultPhoto(size.widthPx);
}

const BACKGROUND = [0xcc, 0xd6, 0xdd] as const;
const FIGURE = [0xf5, 0xf8, 0xfa] as const;

/** Shades between the two for smooth edges: four bits a pixel. */
const SHADES = 16;

/** Draws it `sidePx` wide and high, as a PNG with a palette. */
export function drawDefaultPhoto(sidePx: number): Buffer {
  const bytesARow = Math.ceil(sidePx / 2);
  const rows = Buffer.alloc((1 + bytesARow) * sidePx);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const shade = Math.round(cover((x + 0.5) / sidePx, (y + 0.5) / sidePx, sidePx) * (SHADES - 1));
      // Row filter 0 first, then two pixels a byte, the left one in the high half (PNG, third edition, 7.2).
      const at = y * (1 + bytesARow) + 1 + (x >> 1);
      rows[at] = (rows[at] ?? 0) | (x % 2 === 0 ? shade << 4 : shade);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sidePx, 0);
  header.writeUInt32BE(sidePx, 4);
  header.set([4, 3], 8); // four bits a pixel, palette
  const palette = Buffer.from(
    Array.from({ length: SHADES }, (_, shade) =>
      BACKGROUND.map((from, channel) => Math.round(from + (((FIGURE[channel] ?? from) - from) * shade) / (SHADES - 1))),
    ).flat(),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** How much of a pixel the figure covers, 0 to 1, from its distance to the edge. The sides of the square are 0 and 1. */
function cover(x: number, y: number, sidePx: number): number {
  const head = 0.17 - Math.hypot(x - 0.5, y - 0.4);
  // Shoulders: an ellipse 0.64 wide whose middle lies below the picture.
  const shoulders = (1 - Math.hypot((x - 0.5) / 0.32, (y - 1) / 0.37)) * 0.32;
  return Math.min(1, Math.max(0, Math.max(head, shoulders) * sidePx + 0.5));
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
