import { MASTER_MAX_SIDE_PX } from '../core/object-keys.ts';
import type { Crop, RequestedCrop, Size } from '../core/photo.ts';
import type { CropRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { ALL_SIZE_SETS, type SizeSet, storedSizes } from '../core/stored-sizes.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { type Bars, barsAround, fitInto, isSquare, liesWithin } from './geometry.ts';

/** A square of side `sidePx` with a picture in its middle, scaled to the size `picture`. */
export interface Letterbox extends Bars {
  sidePx: number;
  picture: Size;
}

/** What is made of a picture. It has at most one of `crop` and `letterbox`. */
export interface Plan {
  crop?: Crop;
  letterbox?: Letterbox;
  master: Size;
  /** Every picture to store, each size once. */
  pictures: Size[];
}

/** Plans the pictures for an upright source. Nothing is enlarged. */
export function plan(
  source: Size,
  frame: UploadPolicy['frame'],
  requested?: RequestedCrop,
  sets: readonly SizeSet[] = ALL_SIZE_SETS,
): Result<Plan, CropRefusal> {
  if (typeof requested === 'object') {
    const crop = requested;
    if (!liesWithin(crop, source))
      return refused({ code: 'crop-outside', crop, widthPx: source.widthPx, heightPx: source.heightPx });
    const master = fitInto({ widthPx: crop.side, heightPx: crop.side }, MASTER_MAX_SIDE_PX);
    return accepted({ crop, master, pictures: storedSizes(master, sets) });
  }
  const picture = fitInto(source, MASTER_MAX_SIDE_PX);
  if (frame === 'whole' || isSquare(source)) return accepted({ master: picture, pictures: storedSizes(picture, sets) });
  // The square's side is the picture's longer side, so nothing is cut off.
  const sidePx = Math.max(picture.widthPx, picture.heightPx);
  const master = { widthPx: sidePx, heightPx: sidePx };
  const letterbox = { sidePx, picture, ...barsAround(picture, sidePx) };
  return accepted({ letterbox, master, pictures: storedSizes(master, sets) });
}
