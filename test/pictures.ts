import sharp from 'sharp';
import { exif, exifSegment, gifFile, withChunk, withSegment } from './picture-parts.ts';

/**
 * Pictures for the tests, made in memory and the same on every run. Their content is known, so what must come out can
 * be worked out by hand.
 */

/**
 * Taken from the global once: in Jest's sandbox every access to a global is slow, and here it is done for each pixel.
 */
const { floor, hypot, imul, max, min, round, sin } = Math;

/** Raw pixels: rows from the top, RGB or RGBA, 8 bits. */
export interface RawPicture {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

export type Colour = readonly [red: number, green: number, blue: number, alpha?: number];

export const RED: Colour = [230, 20, 20];
export const GREEN: Colour = [20, 200, 20];
export const BLUE: Colour = [20, 20, 230];
export const YELLOW: Colour = [230, 220, 20];

/** A picture made by a function of the pixel's place. With 4 channels, alpha is 255 by default. */
export function paint(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Colour,
  channels: 3 | 4 = 3,
): RawPicture {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += channels) {
      const colour = colourAt(x, y);
      data[at] = colour[0];
      data[at + 1] = colour[1];
      data[at + 2] = colour[2];
      if (channels === 4) data[at + 3] = colour[3] ?? 255;
    }
  return { data, width, height, channels };
}

export const solid = (width: number, height: number, colour: Colour): RawPicture =>
  paint(width, height, () => colour, colour.length === 4 ? 4 : 3);

/**
 * Four quarters of four colours in reading order: top left, top right, bottom left, bottom right. By default red,
 * green, blue, yellow. For odd sides the middle row and column belong to the lower right.
 */
export const quadrants = (
  width: number,
  height: number,
  [topLeft, topRight, bottomLeft, bottomRight]: readonly [Colour, Colour, Colour, Colour] = [RED, GREEN, BLUE, YELLOW],
): RawPicture =>
  paint(width, height, (x, y) => {
    const isRight = x >= floor(width / 2);
    if (y >= floor(height / 2)) return isRight ? bottomRight : bottomLeft;
    return isRight ? topRight : topLeft;
  });

/** Pseudo-random numbers from 0 to below 1, the same for the same seed (the LCG of "Numerical Recipes"). */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Gradients, a bright disc and a little noise, which compress about as a photo does. Each seed gives another picture.
 */
export function photoLike(width: number, height: number, seed = 1): RawPicture {
  const random = noise(seed);
  const clamp = (value: number) => max(0, min(255, round(value)));
  const [centreX, centreY] = [width * (0.3 + 0.4 * random()), height * (0.3 + 0.4 * random())];
  const [tiltX, tiltY, wave] = [random() * 200, random() * 200, 20 + random() * 40];
  const radius = max(width, height) / 4;
  return paint(width, height, (x, y) => {
    const grain = random() * 12 - 6;
    const disc = hypot(x - centreX, y - centreY) < radius ? 60 : 0;
    return [
      clamp((x / width) * tiltX + disc + grain),
      clamp((y / height) * tiltY + disc + grain),
      clamp(128 + 60 * sin(x / wave) + grain),
    ];
  });
}

/** A plain face in front of fine bright and dark strands, to show whether a small picture keeps its light. */
export const hairLike = (sidePx: number): RawPicture =>
  paint(sidePx, sidePx, (x, y) => {
    if (hypot(x - sidePx / 2, y - sidePx * 0.55) < sidePx * 0.28) return [224, 178 + round(10 * sin(x / 40)), 150];
    const strand = sin(x * 0.9 + 30 * sin(y / 170) + y * 0.35) * sin(x * 0.23 - y * 0.11);
    return strand > 0.3 ? [250, 230, 170] : [30, 18, 10];
  });

const open = ({ data, width, height, channels }: RawPicture) => sharp(data, { raw: { width, height, channels } });

interface Content {
  width?: number;
  height?: number;
  /** The content; `photoLike` of the given size (640×480 by default) when absent. */
  picture?: RawPicture;
}

const contentOf = ({ width = 640, height = 480, picture }: Content): RawPicture => picture ?? photoLike(width, height);

/**
 * A JPEG, 4:4:4 so that colours at edges stay exact. `orientation` writes an EXIF segment; the pixels stay as they are.
 */
export async function jpeg({
  orientation,
  progressive = false,
  quality = 90,
  cmyk = false,
  grey = false,
  ...content
}: Content & {
  orientation?: number;
  progressive?: boolean;
  quality?: number;
  cmyk?: boolean;
  grey?: boolean;
} = {}): Promise<Buffer> {
  const picture = open(contentOf(content));
  const file = await picture
    .toColourspace(cmyk ? 'cmyk' : grey ? 'b-w' : 'srgb')
    .jpeg({ quality, progressive, chromaSubsampling: '4:4:4' })
    .toBuffer();
  return orientation === undefined ? file : withSegment(file, 0xe1, exifSegment(exif(orientation)));
}

/** A PNG. `alpha` adds an opaque alpha channel to a picture without one; `bits16` gives 16 bits a sample. */
export async function png({
  alpha = false,
  interlaced = false,
  bits16 = false,
  grey = false,
  palette = false,
  orientation,
  ...content
}: Content & {
  alpha?: boolean;
  interlaced?: boolean;
  bits16?: boolean;
  grey?: boolean;
  palette?: boolean;
  orientation?: number;
} = {}): Promise<Buffer> {
  let picture = open(contentOf(content));
  if (alpha) picture = picture.ensureAlpha();
  if (grey) picture = picture.toColourspace(bits16 ? 'grey16' : 'b-w');
  else if (bits16) picture = picture.toColourspace('rgb16');
  const file = await picture.png({ progressive: interlaced, palette, compressionLevel: 1 }).toBuffer();
  return orientation === undefined ? file : withChunk(file, 'eXIf', exif(orientation));
}

/** A GIF; animated, 100 ms a frame, when `frames` has more than one picture. All are of one size. */
export async function gif({ frames, ...content }: Content & { frames?: RawPicture[] } = {}): Promise<Buffer> {
  const pictures = frames ?? [contentOf(content)];
  const [first] = pictures;
  if (first === undefined) throw new Error('a GIF needs a frame');
  const { width, height, channels } = first;
  const strip = Buffer.concat(pictures.map(({ data }) => data));
  return sharp(strip, { raw: { width, height: height * pictures.length, channels, pageHeight: height } })
    .gif({ delay: pictures.map(() => 100), effort: 1, keepDuplicateFrames: true })
    .toBuffer();
}

/** A WebP; animated, 100 ms a frame, when there are several pictures. All are of one size. */
export function webpOf(
  content: RawPicture | RawPicture[],
  options: { lossless?: boolean; quality?: number } = {},
): Promise<Buffer> {
  const pictures = [content].flat();
  const [first] = pictures;
  if (first === undefined) throw new Error('a WebP needs a frame');
  const { width, height, channels } = first;
  const strip = Buffer.concat(pictures.map(({ data }) => data));
  const delay = pictures.map(() => 100);
  return sharp(strip, { raw: { width, height: height * pictures.length, channels, pageHeight: height } })
    .webp({ quality: 90, effort: 0, ...options, ...(pictures.length > 1 && { delay }) })
    .toBuffer();
}

/** An AVIF, 4:4:4 like the JPEGs. */
export const avifOf = (picture: RawPicture, { bitdepth = 8 }: { bitdepth?: 8 | 10 | 12 } = {}): Promise<Buffer> =>
  open(picture).avif({ quality: 90, effort: 0, bitdepth, chromaSubsampling: '4:4:4' }).toBuffer();

/** A GIF of `count` frames of one pixel each: 24 bytes, and 11 for each frame. */
export const gifOfManyFrames = (count: number): Buffer =>
  gifFile({ screenPx: [1, 1], frames: Array.from({ length: count }, () => [0, 0, 1, 1] as const) });

/** 35 bytes that claim 16383×16383 pixels. A decoder that believes them asks for a gigabyte. */
export const tinyBombGif = (): Buffer => gifFile({ screenPx: [16383, 16383], frames: [[0, 0, 16383, 16383]] });

/** A file with bytes after its end, as cameras and people who hide things leave them. */
export const withTrailingBytes = (file: Buffer, trailer: Buffer = Buffer.from('trailing bytes')): Buffer =>
  Buffer.concat([file, trailer]);

/** The pixels of frame 1 as RGBA, for looking at many of them. */
export async function pixelsOf(file: Uint8Array): Promise<RawPicture> {
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 4 };
}

/**
 * One pixel of frame 1 as red, green, blue, alpha. It decodes the whole file: use `pixelsOf` and `colourAt` for many.
 */
export const pixelAt = async (file: Uint8Array, x: number, y: number): Promise<number[]> =>
  colourAt(await pixelsOf(file), x, y);

export function colourAt({ data, width, height, channels }: RawPicture, x: number, y: number): number[] {
  if (x < 0 || y < 0 || x >= width || y >= height) throw new RangeError(`no pixel ${x},${y} in ${width}×${height}`);
  const at = (y * width + x) * channels;
  return [...data.subarray(at, at + channels)];
}

/** Whether two colours are at most `tolerance` apart in every channel that both have. */
export const isNear = (one: readonly number[], other: Colour, tolerance = 12): boolean =>
  other.every((value, index) => Math.abs((value ?? 255) - (one[index] ?? 255)) <= tolerance);

/**
 * A difference hash of 64 bits: the picture as 9×8 greys, and a bit for each pair of neighbours, set where the left one
 * is brighter. Hashes of one picture differ in few bits whatever its size and encoding; those of unrelated ones in
 * about 32.
 */
export async function differenceHash(file: Uint8Array): Promise<bigint> {
  const [columns, rows] = [9, 8];
  const { data, info } = await sharp(file)
    .flatten({ background: '#000' })
    .toColourspace('b-w')
    .resize(columns, rows, { fit: 'fill', fastShrinkOnLoad: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  let hash = 0n;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x + 1 < columns; x++) {
      const at = (y * columns + x) * info.channels;
      hash = (hash << 1n) | ((data[at] ?? 0) > (data[at + info.channels] ?? 0) ? 1n : 0n);
    }
  return hash;
}

export const hammingDistance = (one: bigint, other: bigint): number =>
  (one ^ other).toString(2).replaceAll('0', '').length;
