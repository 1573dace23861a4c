import type { ChosenCrop, CropMode, Size } from '../core/photo.ts';
import { attention } from './attention.ts';
import type { Pixels } from './decode.ts';
import { centreSquare, isSquare, type Rectangle, squareAround } from './geometry.ts';

/** The square that a photo's squares are made from. */
export interface Square {
  /** In the master. */
  within: Rectangle;
  /** In the upright source. */
  crop: ChosenCrop;
}

/** The largest square of a picture that keeps its shape: its centre, or where most is to be seen in a small copy. */
export async function chooseSquare(
  master: Size,
  source: Size,
  mode: CropMode,
  small: Size,
  pixels: (size: Size) => Promise<Pixels>,
): Promise<Square> {
  // A picture that is nearly square leaves no choice, and its small copy would be one of the squares.
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

/** A coordinate of the source in the master, moved so that the square fits. */
const inMaster = (placePx: number, sourcePx: number, masterPx: number, sidePx: number): number =>
  Math.min(Math.round((placePx * masterPx) / sourcePx), masterPx - sidePx);
