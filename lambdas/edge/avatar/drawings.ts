import { toPng } from 'jdenticon';
import { drawDefaultPhoto } from '../default-photo.ts';
import { type Colour, drawSquare } from '../png.ts';

/** The drawings for people without a photo, as PNG. A hash and a size always give the same one. */
export const DRAWINGS = {
  mp: (_: string, sidePx: number) => drawDefaultPhoto(sidePx),
  /** Jdenticon's, on white: on a transparent background it would vanish on a dark page. */
  identicon: (hash: string, sidePx: number): Buffer => toPng(hash, sidePx, { backColor: '#ffffff' }),
  retro: drawRetro,
  blank: (_: string, sidePx: number) => drawSquare(sidePx, [[255, 255, 255]], () => 0, true),
  color: (hash: string, sidePx: number) => drawSquare(sidePx, [colourOf(hash)], () => 0),
};

/** Blocks along a side, and those of the left half, which the right half mirrors. */
const BLOCKS = 5;
const HALF = 3;

/** Coarse blocks, the same left and right. Each digit of the hash says whether its block is set. */
function drawRetro(hash: string, sidePx: number): Buffer {
  const isSet = (column: number, row: number) =>
    Number.parseInt(hash.charAt(row * HALF + Math.min(column, BLOCKS - 1 - column)), 16) % 2 === 0;
  const block = (px: number) => Math.floor((px * BLOCKS) / sidePx);
  return drawSquare(sidePx, [[240, 240, 240], colourOf(hash)], (x, y) => (isSet(block(x), block(y)) ? 1 : 0));
}

/** A colour from a hash: any hue, but always dark enough for white letters. */
function colourOf(hash: string): Colour {
  const hue = Number.parseInt(hash.slice(-6), 16) % 360;
  return [channel(hue, 0), channel(hue, 8), channel(hue, 4)];
}

const SATURATION = 0.45;
const LIGHTNESS = 0.4;

/** CSS Color 4, "Converting HSL colors to sRGB": red is 0, green 8, blue 4. */
function channel(hue: number, offset: number): number {
  const k = (offset + hue / 30) % 12;
  const amplitude = SATURATION * Math.min(LIGHTNESS, 1 - LIGHTNESS);
  return Math.round(255 * (LIGHTNESS - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
}
