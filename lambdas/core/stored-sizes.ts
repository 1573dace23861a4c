import { originalSize, SQUARE_SIDES_PX, squareSide } from './object-keys.ts';
import type { Size } from './photo.ts';

/** The sets of sizes that a photo can have: a dialect's own, each. */
export type SizeSet = keyof typeof SQUARE_SIDES_PX;

export const ALL_SIZE_SETS: readonly SizeSet[] = ['slack', 'twitter'];

/** Sides of the squares of these sets, small to large. */
export const squareSidesOf = (sets: readonly SizeSet[]): number[] =>
  [...new Set(sets.flatMap((set): readonly number[] => SQUARE_SIDES_PX[set]))].sort((a, b) => a - b);

/** The side of the stored square that serves `sidePx` best: the smallest that is as large, or else the largest there is. */
export function bestSquareSide(master: Size, sidePx: number, sets: readonly SizeSet[]): number {
  const sides = squareSidesOf(sets).map((side) => squareSide(master, side));
  return sides.find((side) => side >= sidePx) ?? Math.max(...sides);
}

/**
 * Sizes of the pictures that are stored of one master, each once: the squares as far as the master has them (a larger one is
 * served by its largest), Twitter's original, the master itself. At most 9 for a square master, 11 for any.
 */
export function storedSizes(master: Size, sets: readonly SizeSet[]): Size[] {
  const sides = squareSidesOf(sets).map((sidePx) => squareSide(master, sidePx));
  const squares = sides.map((sidePx) => ({ widthPx: sidePx, heightPx: sidePx }));
  const original = sets.includes('twitter') ? [originalSize(master)] : [];
  return [...squares, ...original, { widthPx: master.widthPx, heightPx: master.heightPx }].filter(
    (size, index, all) => all.findIndex((other) => isSameSize(other, size)) === index,
  );
}

const isSameSize = (one: Size, other: Size): boolean =>
  one.widthPx === other.widthPx && one.heightPx === other.heightPx;
