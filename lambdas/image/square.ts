import type { ChosenCrop, CropMode, Size } from '../core/photo.ts';
import { attention } from './attention.ts';
import type { Pixels } from './decode.ts';
import { centreSquare, isSquare, type Rectangle, squareAround } from './geometry.ts';

/** What the squares of a photo are cut from. */
export interface Square {
  /** In the master. */
  within: Rectangle;
  /** The same in the upright source. */
  crop: ChosenCrop;
}

/** The largest square of a picture that keeps its shape: from its middle, or where most is to be seen in a small copy of it. */
export async function chooseSquare(
  master: Size,
  source: Size,
  mode: CropMode,
  small: Size,
  pixels: (size: Size) => Promise<Pixels>,
): Promise<Square> {
  // Of what is all but square nothing can be chosen, and its small copy would be one of the squares.
  const isInMiddle = mode === 'centre' || isSquare(source) || isSquare(small);
  const box = isInMiddle ? centreSquare(source) : squareAround(source, await attention(await pixels(small)));
  const middle = centreSquare(master);
  const within = isInMiddle
    ? middle
    : {
        ...middle,
        leftPx: inMaster(box.leftPx, source.widthPx, master.widthPx, middle.widthPx),
        topPx: inMaster(box.topPx, source.heightPx, master.heightPx, middle.heightPx),
      };
  return { within, crop: { x: box.leftPx, y: box.topPx, side: box.widthPx, by: mode } };
}

/** A place of the source's in the master, so far inside that the square fits. */
const inMaster = (placePx: number, sourcePx: number, masterPx: number, sidePx: number): number =>
  Math.min(Math.round((placePx * masterPx) / sourcePx), masterPx - sidePx);
