import type { Crop, Size } from '../core/photo.ts';

/** Whole pixels throughout; no length ever becomes 0. */
export interface Rectangle extends Size {
  leftPx: number;
  topPx: number;
}

/** Rows and columns of colour around a picture. */
export interface Bars {
  topPx: number;
  bottomPx: number;
  leftPx: number;
  rightPx: number;
}

/** The largest size of the same shape whose longer side is at most `maxSidePx`; never larger than `size`. Rounds to nearest, at least 1. */
export function fitInto(size: Size, maxSidePx: number): Size {
  const longerPx = Math.max(size.widthPx, size.heightPx);
  if (longerPx <= maxSidePx) return { widthPx: size.widthPx, heightPx: size.heightPx };
  const scaled = (sidePx: number) => Math.max(1, Math.round((sidePx * maxSidePx) / longerPx));
  return { widthPx: scaled(size.widthPx), heightPx: scaled(size.heightPx) };
}

/** What makes a square of side `sidePx` out of a picture that fits into it, the picture centred; an odd pixel goes right or below. */
export function barsAround(picture: Size, sidePx: number): Bars {
  const acrossPx = sidePx - picture.widthPx;
  const downPx = sidePx - picture.heightPx;
  const leftPx = Math.floor(acrossPx / 2);
  const topPx = Math.floor(downPx / 2);
  return { topPx, bottomPx: downPx - topPx, leftPx, rightPx: acrossPx - leftPx };
}

/** The largest square in a picture's middle; an odd pixel is cut off right or below. */
export function centreSquare({ widthPx, heightPx }: Size): Rectangle {
  const sidePx = Math.min(widthPx, heightPx);
  return {
    leftPx: Math.floor((widthPx - sidePx) / 2),
    topPx: Math.floor((heightPx - sidePx) / 2),
    widthPx: sidePx,
    heightPx: sidePx,
  };
}

/**
 * The largest square of a picture around what is to be seen in it, given as shares of the sides. That lies in the square's middle, and at two
 * thirds of its height where it can move up and down: of people, what catches the eye is the face or what is under it.
 */
export function squareAround(
  { widthPx, heightPx }: Size,
  { across, down }: { across: number; down: number },
): Rectangle {
  const sidePx = Math.min(widthPx, heightPx);
  const start = (share: number, lengthPx: number, before: number) =>
    Math.max(0, Math.min(Math.round(share * lengthPx - before * sidePx), lengthPx - sidePx));
  return {
    leftPx: start(across, widthPx, 0.5),
    topPx: start(down, heightPx, 2 / 3),
    widthPx: sidePx,
    heightPx: sidePx,
  };
}

/** Whether a crop box is whole pixels, has at least one, and lies within a picture. */
export const liesWithin = ({ x, y, side }: Crop, { widthPx, heightPx }: Size): boolean =>
  [x, y, side].every(Number.isSafeInteger) &&
  x >= 0 &&
  y >= 0 &&
  side >= 1 &&
  x + side <= widthPx &&
  y + side <= heightPx;

export const isSquare = ({ widthPx, heightPx }: Size): boolean => widthPx === heightPx;
