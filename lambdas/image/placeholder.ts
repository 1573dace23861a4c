import type { Placeholder, Size } from '../core/photo.ts';
import { dominantColour } from './dominant-colour.ts';
import { fitInto, type Rectangle } from './geometry.ts';
import type { Letterbox } from './render-plan.ts';
import type { Renditions } from './renditions.ts';
import { thumbhash } from './thumbhash.ts';

/** Enough for seven waves. For a square photo it is one of the stored squares. */
const PLACEHOLDER_SIDE_PX = 48;

/** The size of the picture that a placeholder is made from. */
export const placeholderSize = (master: Size): Size => fitInto(master, PLACEHOLDER_SIDE_PX);

/** What is shown until a photo is loaded, made from its pictures. */
export async function placeholderOf(made: Renditions, master: Size, letterbox?: Letterbox): Promise<Placeholder> {
  const pixels = await made.pixels(placeholderSize(master));
  const dominant = dominantColour(pixels, letterbox && insideBars(letterbox, pixels));
  return { thumbhash: thumbhash(pixels), ...(dominant !== undefined && { dominantColour: dominant }) };
}

/** Where the picture is in a smaller copy of its letterbox: only pixels that are all picture, but at least one. */
function insideBars({ sidePx, picture, leftPx, topPx }: Letterbox, small: Size): Rectangle {
  const factor = small.widthPx / sidePx;
  const side = (startPx: number, lengthPx: number) => {
    const start = Math.min(Math.ceil(startPx * factor), small.widthPx - 1);
    return { start, length: Math.max(1, Math.floor((startPx + lengthPx) * factor) - start) };
  };
  const across = side(leftPx, picture.widthPx);
  const down = side(topPx, picture.heightPx);
  return { leftPx: across.start, topPx: down.start, widthPx: across.length, heightPx: down.length };
}
