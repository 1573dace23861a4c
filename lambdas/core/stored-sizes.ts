import { originalSize, SQUARE_SIDES_PX, squareSide } from './object-keys.ts';
import type { Size } from './photo.ts';

/** The sets of sizes that photos can have: one for each API. */
export type SizeSet = keyof typeof SQUARE_SIDES_PX;

export const ALL_SIZE_SETS: readonly SizeSet[] = ['slack', 'twitter'];

/** The sides of all squares in these sets, in ascending order. */
export const squareSidesOf = (sets: readonly SizeSet[]): number[] =>
  [...new Set(sets.flatMap((set): readonly number[] => SQUARE_SIDES_PX[set]))].sort((a, b) => a - b);

/** The stored square that serves `sidePx` best: the smallest that is large enough, or else the largest. */
export function bestSquareSide(master: Size, sidePx: number, sets: readonly SizeSet[]): number {
  const sides = squareSidesOf(sets).map((side) => squareSide(master, side));
  return sides.find((side) => side >= sidePx) ?? Math.max(...sides);
}

/**
 * The sizes that are stored of a master, each once: the squares (no larger than the master), Twitter's original, and
 * the master. At most 9 for a square master, 11 for others.
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
