import type { Crop, Size } from '../core/photo.ts';

/** In whole pixels. No length ever becomes 0. */
export interface Rectangle extends Size {
  leftPx: number;
  topPx: number;
}

/** The bars around a picture. */
export interface Bars {
  topPx: number;
  bottomPx: number;
  leftPx: number;
  rightPx: number;
}

/**
 * The largest size of the same shape with sides of at most `maxSidePx`, never larger than `size`. Rounded, at least 1.
 */
export function fitInto(size: Size, maxSidePx: number): Size {
  const longerPx = Math.max(size.widthPx, size.heightPx);
  if (longerPx <= maxSidePx) return { widthPx: size.widthPx, heightPx: size.heightPx };
  const scaled = (sidePx: number) => Math.max(1, Math.round((sidePx * maxSidePx) / longerPx));
  return { widthPx: scaled(size.widthPx), heightPx: scaled(size.heightPx) };
}

/** The bars that make a centred picture a square of side `sidePx`. An odd pixel goes to the right or below. */
export function barsAround(picture: Size, sidePx: number): Bars {
  const acrossPx = sidePx - picture.widthPx;
  const downPx = sidePx - picture.heightPx;
  const leftPx = Math.floor(acrossPx / 2);
  const topPx = Math.floor(downPx / 2);
  return { topPx, bottomPx: downPx - topPx, leftPx, rightPx: acrossPx - leftPx };
}

/** The largest square in the centre. An odd pixel is cut off at the right or below. */
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
 * The largest square around a place, given as fractions of the sides. The place is in the middle across, and at two
 * thirds of the height where the square can move: in people, what catches the eye is the face or what is below it.
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

/** Whether a crop box is in whole pixels, has at least one, and is inside a picture. */
export const liesWithin = ({ x, y, side }: Crop, { widthPx, heightPx }: Size): boolean =>
  [x, y, side].every(Number.isSafeInteger) &&
  x >= 0 &&
  y >= 0 &&
  side >= 1 &&
  x + side <= widthPx &&
  y + side <= heightPx;

export const isSquare = ({ widthPx, heightPx }: Size): boolean => widthPx === heightPx;
