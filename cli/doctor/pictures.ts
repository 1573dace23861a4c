import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** Formats of Slack's and Twitter's APIs, and those that our own takes besides. */
export const FORMATS = ['jpeg', 'png', 'gif'] as const;
export const MORE_FORMATS = ['webp', 'avif', 'heic'] as const;
export type Format = (typeof FORMATS)[number] | (typeof MORE_FORMATS)[number];

type Colour = readonly [red: number, green: number, blue: number];

const COLOURS: Colour[] = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 230],
  [230, 220, 20],
];

/** A square of four colours, in an order that tells this picture from the one before. */
export interface Made {
  bytes: Buffer;
  /** In reading order. */
  colours: Colour[];
}

const SIDE_PX = 512;

/**
 * `COLOURS` in their order, drawn here and coded by `heif-enc` of Debian's libheif-examples, because no npm package
 * writes HEIC.
 */
const HEIC_FILE = join(import.meta.dirname, 'four-colours.heic');

/** @param turn which of the 24 orders of the four colours, and so which picture; a HEIC is always the same one */
export async function makePicture(format: Format, turn: number, sidePx = SIDE_PX): Promise<Made> {
  if (format === 'heic') return { bytes: await readFile(HEIC_FILE), colours: COLOURS };
  const colours = ordered(turn);
  const half = Math.floor(sidePx / 2);
  const data = Buffer.alloc(sidePx * sidePx * 3);
  for (let y = 0, at = 0; y < sidePx; y++)
    for (let x = 0; x < sidePx; x++)
      for (const value of colours[(y < half ? 0 : 2) + (x < half ? 0 : 1)] ?? []) data[at++] = value;
  const picture = sharp(data, { raw: { width: sidePx, height: sidePx, channels: 3 } });
  return { bytes: await picture.toFormat(format).toBuffer(), colours };
}

function ordered(turn: number): Colour[] {
  const left = [...COLOURS];
  const order: Colour[] = [];
  for (let rest = turn % 24, count = 4; count > 0; count--) {
    order.push(...left.splice(rest % count, 1));
    rest = Math.floor(rest / count);
  }
  return order;
}

/** Lossy formats and small squares change a colour, but never so much. */
const TOLERANCE = 40;

/** Why a picture is not the one that was made; undefined when it is. */
export async function differenceOf(bytes: Uint8Array, { colours }: Made): Promise<string | undefined> {
  const { data } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(8, 8, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  // The middle of each quarter of 8 × 8.
  const found = [18, 22, 50, 54].map((pixel) => [...data.subarray(pixel * 3, pixel * 3 + 3)]);
  const wrong = found.findIndex((colour, index) =>
    colour.some((value, channel) => Math.abs(value - (colours[index]?.[channel] ?? 0)) > TOLERANCE),
  );
  return wrong < 0 ? undefined : `its quarter ${wrong + 1} is ${found[wrong]}, not ${colours[wrong]}`;
}

/** A JPEG that ends half-way. */
export async function cutPicture(): Promise<Buffer> {
  const { bytes } = await makePicture('jpeg', 1);
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
