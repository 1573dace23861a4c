import type { Pixels } from './decode.ts';

/**
 * A ThumbHash: a photo's blurred likeness in about 25 bytes, as base64, to show while the photo loads. It has up to 7 ×
 * 7 cosine terms of lightness, 3 × 3 of each of two colour differences, and 5 × 5 of alpha if there is any. Source: the
 * format by Evan Wallace, version 1 (evanw.github.io/thumbhash).
 * @throws RangeError if a side is over 100 pixels, the format's own limit
 */
export function thumbhash({ data, widthPx, heightPx, channels }: Pixels): string {
  if (widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) throw new RangeError(`${widthPx}×${heightPx} is over 100`);
  const { planes, hasAlpha } = planesOf(data, widthPx * heightPx, channels);
  const longerPx = Math.max(widthPx, heightPx);
  const lightnessTerms = hasAlpha ? 5 : 7;
  const across = Math.max(1, Math.round((lightnessTerms * widthPx) / longerPx));
  const down = Math.max(1, Math.round((lightnessTerms * heightPx) / longerPx));
  const wave = (plane: Float64Array, columns: number, rows: number) => waves(plane, widthPx, heightPx, columns, rows);
  const lightness = wave(planes.lightness, Math.max(3, across), Math.max(3, down));
  const yellowness = wave(planes.yellowness, 3, 3);
  const redness = wave(planes.redness, 3, 3);
  const alpha = hasAlpha ? wave(planes.alpha, 5, 5) : undefined;

  const isLandscape = widthPx > heightPx;
  const bytes = [
    ...littleEndian(
      3,
      Math.round(63 * lightness.mean) |
        (Math.round(31.5 + 31.5 * yellowness.mean) << 6) |
        (Math.round(31.5 + 31.5 * redness.mean) << 12) |
        (Math.round(31 * lightness.scale) << 18) |
        (hasAlpha ? 1 << 23 : 0),
    ),
    ...littleEndian(
      2,
      (isLandscape ? down : across) |
        (Math.round(63 * yellowness.scale) << 3) |
        (Math.round(63 * redness.scale) << 9) |
        (isLandscape ? 1 << 15 : 0),
    ),
  ];
  if (alpha) bytes.push(Math.round(15 * alpha.mean) | (Math.round(15 * alpha.scale) << 4));
  const terms = [lightness, yellowness, redness, ...(alpha ? [alpha] : [])].flatMap(({ terms }) => terms);
  return Buffer.from([...bytes, ...nibbles(terms)]).toString('base64');
}

const MAX_SIDE_PX = 100;

/** Transparent pixels count as the average of the visible ones. All values are 0 to 1, the differences −1 to 1. */
function planesOf(data: Buffer, pixels: number, channels: 3 | 4) {
  const plane = () => new Float64Array(pixels);
  const planes = { lightness: plane(), yellowness: plane(), redness: plane(), alpha: plane() };
  const mean = { red: 0, green: 0, blue: 0 };
  let opacity = 0;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    const alpha = channels === 4 ? (data[at + 3] ?? 0) / 255 : 1;
    planes.alpha[pixel] = alpha;
    opacity += alpha;
    mean.red += (alpha * (data[at] ?? 0)) / 255;
    mean.green += (alpha * (data[at + 1] ?? 0)) / 255;
    mean.blue += (alpha * (data[at + 2] ?? 0)) / 255;
  }
  if (opacity > 0) for (const part of ['red', 'green', 'blue'] as const) mean[part] /= opacity;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    const alpha = planes.alpha[pixel] ?? 1;
    const red = mean.red * (1 - alpha) + (alpha * (data[at] ?? 0)) / 255;
    const green = mean.green * (1 - alpha) + (alpha * (data[at + 1] ?? 0)) / 255;
    const blue = mean.blue * (1 - alpha) + (alpha * (data[at + 2] ?? 0)) / 255;
    planes.lightness[pixel] = (red + green + blue) / 3;
    planes.yellowness[pixel] = (red + green) / 2 - blue;
    planes.redness[pixel] = red - green;
  }
  return { planes, hasAlpha: opacity < pixels };
}

interface Waves {
  mean: number;
  /** The size of the largest term. */
  scale: number;
  /** 0 to 1, where 0.5 means 0. */
  terms: number[];
}

/**
 * The low frequencies of a cosine transform, only those above the diagonal, and without the first, which is the mean.
 */
function waves(plane: Float64Array, widthPx: number, heightPx: number, columns: number, rows: number): Waves {
  const terms: number[] = [];
  let mean = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column * rows < columns * (rows - row); column++) {
      const term = cosineTerm(plane, widthPx, heightPx, column, row);
      if (row === 0 && column === 0) mean = term;
      else terms.push(term);
    }
  const scale = Math.max(0, ...terms.map(Math.abs));
  return { mean, scale, terms: scale > 0 ? terms.map((term) => 0.5 + (0.5 / scale) * term) : terms };
}

function cosineTerm(plane: Float64Array, widthPx: number, heightPx: number, column: number, row: number): number {
  const across = cosines(widthPx, column);
  const down = cosines(heightPx, row);
  let sum = 0;
  for (let y = 0, at = 0; y < heightPx; y++) {
    let inRow = 0;
    for (let x = 0; x < widthPx; x++, at++) inRow += (plane[at] ?? 0) * (across[x] ?? 0);
    sum += inRow * (down[y] ?? 0);
  }
  return sum / (widthPx * heightPx);
}

const cosines = (lengthPx: number, frequency: number): Float64Array =>
  Float64Array.from({ length: lengthPx }, (_, at) => Math.cos((Math.PI / lengthPx) * frequency * (at + 0.5)));

const littleEndian = (bytes: number, value: number): number[] =>
  Array.from({ length: bytes }, (_, index) => (value >> (8 * index)) & 0xff);

/** Two terms a byte, the first in the low half. */
function nibbles(terms: number[]): number[] {
  const bytes: number[] = [];
  for (let index = 0; index < terms.length; index += 2)
    bytes.push(Math.round(15 * (terms[index] ?? 0)) | (Math.round(15 * (terms[index + 1] ?? 0)) << 4));
  return bytes;
}
