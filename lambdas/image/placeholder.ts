import type { Placeholder, Size } from '../core/photo.ts';
import { dominantColour } from './dominant-colour.ts';
import { fitInto, type Rectangle } from './geometry.ts';
import type { Letterbox } from './render-plan.ts';
import type { Renditions } from './renditions.ts';
import { thumbhash } from './thumbhash.ts';

/** The size from which a photo's placeholder is taken: plenty for seven waves, and one of the stored squares where it is square. */
const PLACEHOLDER_SIDE_PX = 48;

/** The size of the picture that it is taken from. */
export const placeholderSize = (master: Size): Size => fitInto(master, PLACEHOLDER_SIDE_PX);

/** What stands for a photo until it is loaded, taken from its pictures. */
export async function placeholderOf(made: Renditions, master: Size, letterbox?: Letterbox): Promise<Placeholder> {
  const pixels = await made.pixels(placeholderSize(master));
  const dominant = dominantColour(pixels, letterbox && insideBars(letterbox, pixels));
  return { thumbhash: thumbhash(pixels), ...(dominant !== undefined && { dominantColour: dominant }) };
}

/** Where the picture lies in a smaller copy of its letterbox: only what is wholly picture, but at least a pixel. */
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
