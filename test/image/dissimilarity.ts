import { paint, type RawPicture } from '../pictures.ts';

/** A measure of likeness and a reference to measure against, both without libvips. */

/** Taken from the global once: in Jest's sandbox every access to a global is slow. */
const { floor, max, min, round } = Math;

/** IEC 61966-2-1. */
const LIGHT = Float64Array.from({ length: 256 }, (_, byte) =>
  byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
);
const byteOf = (light: number): number =>
  round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));

/**
 * Each pixel is the mean light of exactly the area that it covers of the square source, with parts of pixels counted as
 * parts.
 */
export function areaAverage({ data, width }: RawPicture, sidePx: number): RawPicture {
  const factor = width / sidePx;
  return paint(sidePx, sidePx, (x, y) => {
    const [top, bottom, left, right] = [y * factor, (y + 1) * factor, x * factor, (x + 1) * factor];
    let [red, green, blue] = [0, 0, 0];
    for (let v = floor(top); v < bottom - 1e-9; v++) {
      const down = min(v + 1, bottom) - max(v, top);
      for (let u = floor(left); u < right - 1e-9; u++) {
        const weight = (down * (min(u + 1, right) - max(u, left))) / factor ** 2;
        const at = (v * width + u) * 3;
        red += weight * (LIGHT[data[at] ?? 0] ?? 0);
        green += weight * (LIGHT[data[at + 1] ?? 0] ?? 0);
        blue += weight * (LIGHT[data[at + 2] ?? 0] ?? 0);
      }
    }
    return [byteOf(red), byteOf(green), byteOf(blue)];
  });
}

/**
 * Structural dissimilarity of two pictures' lightness, (1 − SSIM) / 2 in ten-thousandths: 0 for equal pictures. Windows
 * of 8 × 8, every second pixel; the constants of Wang et al., 2004.
 */
export function dissimilarity(one: RawPicture, other: RawPicture): number {
  const [a, b] = [lumas(one), lumas(other)];
  const { width, height } = one;
  let [sum, windows] = [0, 0];
  for (let y = 0; y + WINDOW <= height; y += 2)
    for (let x = 0; x + WINDOW <= width; x += 2, windows++) sum += similarity(a, b, y * width + x, width);
  return round((1e5 * (1 - sum / windows)) / 2) / 10;
}

const WINDOW = 8;
const [C1, C2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

function similarity(a: Float64Array, b: Float64Array, start: number, width: number): number {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let v = 0; v < WINDOW; v++)
    for (let u = 0; u < WINDOW; u++) {
      const [p, q] = [a[start + v * width + u] ?? 0, b[start + v * width + u] ?? 0];
      sumA += p;
      sumB += q;
      squareA += p * p;
      squareB += q * q;
      product += p * q;
    }
  const count = WINDOW ** 2;
  const [meanA, meanB] = [sumA / count, sumB / count];
  const [varA, varB] = [squareA / count - meanA ** 2, squareB / count - meanB ** 2];
  const both = product / count - meanA * meanB;
  return ((2 * meanA * meanB + C1) * (2 * both + C2)) / ((meanA ** 2 + meanB ** 2 + C1) * (varA + varB + C2));
}

const lumas = ({ data, width, height, channels }: RawPicture): Float64Array =>
  Float64Array.from({ length: width * height }, (_, pixel) => {
    const at = pixel * channels;
    return 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
  });
