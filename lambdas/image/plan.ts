import { MASTER_MAX_SIDE_PX, originalSize, squareSide } from '../core/names.ts';
import { type PhotoSet, squareSidesOf, WHOLE_OFFER } from '../core/offer.ts';
import type { Crop, Size } from '../core/photo.ts';
import type { Policy } from '../core/policy.ts';
import type { CropRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { type Bars, barsAround, fitInto, isSameSize, isSquare, liesWithin } from './geometry.ts';

/** A square of side `sidePx` with the picture, scaled to `picture`, in its middle. */
export interface Letterbox extends Bars {
  sidePx: number;
  picture: Size;
}

/** What becomes of one picture. At most one of `crop` and `letterbox` is there. */
export interface Plan {
  crop?: Crop;
  letterbox?: Letterbox;
  master: Size;
  /** Every picture to store, each size once: squares small to large, Twitter's original, the master. At most 9 for a square master, 11 for any. */
  pictures: Size[];
}

/** Plans the pictures for an upright source. Nothing is enlarged. */
export function plan(
  source: Size,
  frame: Policy['frame'],
  crop?: Crop,
  sets: readonly PhotoSet[] = WHOLE_OFFER.photoSets,
): Result<Plan, CropRefusal> {
  if (crop !== undefined) {
    if (!liesWithin(crop, source))
      return refused({ code: 'crop-outside', crop, widthPx: source.widthPx, heightPx: source.heightPx });
    const master = fitInto({ widthPx: crop.side, heightPx: crop.side }, MASTER_MAX_SIDE_PX);
    return accepted({ crop, master, pictures: picturesOf(master, sets) });
  }
  const picture = fitInto(source, MASTER_MAX_SIDE_PX);
  if (frame === 'whole' || isSquare(source)) return accepted({ master: picture, pictures: picturesOf(picture, sets) });
  // The square's side is the picture's longer side: the longer side meets the edges and nothing is cut off.
  const sidePx = Math.max(picture.widthPx, picture.heightPx);
  const master = { widthPx: sidePx, heightPx: sidePx };
  const letterbox = { sidePx, picture, ...barsAround(picture, sidePx) };
  return accepted({ letterbox, master, pictures: picturesOf(master, sets) });
}

/** The squares of `core/names.ts` as far as the master has them (a larger one is served by its largest), Twitter's original, itself. */
function picturesOf(master: Size, sets: readonly PhotoSet[]): Size[] {
  const sides = squareSidesOf(sets).map((sidePx) => squareSide(master, sidePx));
  const squares = sides.map((sidePx) => ({ widthPx: sidePx, heightPx: sidePx }));
  const original = sets.includes('twitter') ? [originalSize(master)] : [];
  return [...squares, ...original, master].filter(
    (size, index, all) => all.findIndex((other) => isSameSize(other, size)) === index,
  );
}
