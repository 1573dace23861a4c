import type { Placeholder, Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
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

/**
 * The most common colour of a picture, `#rrggbb`: the mean of the fullest of 16 × 16 × 16 boxes of colours. Pixels
 * count by their alpha, and only within `within`, which leaves out the bars of a letterbox. Undefined if nothing is
 * visible.
 */
export function dominantColour(
  { data, widthPx, heightPx, channels }: Pixels,
  within: Rectangle = { leftPx: 0, topPx: 0, widthPx, heightPx },
): string | undefined {
  /** Four numbers a box: red, green, blue, weight. */
  const sums = new Float64Array(4 * 16 ** 3);
  const add = (at: number, value: number) => {
    sums[at] = (sums[at] ?? 0) + value;
  };
  for (let y = within.topPx; y < within.topPx + within.heightPx; y++)
    for (let x = within.leftPx; x < within.leftPx + within.widthPx; x++) {
      const at = (y * widthPx + x) * channels;
      const red = data[at] ?? 0;
      const green = data[at + 1] ?? 0;
      const blue = data[at + 2] ?? 0;
      const alpha = channels === 4 ? (data[at + 3] ?? 0) : 255;
      const box = 4 * (((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4));
      add(box, red * alpha);
      add(box + 1, green * alpha);
      add(box + 2, blue * alpha);
      add(box + 3, alpha);
    }
  let fullest = 0;
  for (let box = 0; box < sums.length; box += 4) if ((sums[box + 3] ?? 0) > (sums[fullest + 3] ?? 0)) fullest = box;
  const [red = 0, green = 0, blue = 0, weight = 0] = sums.subarray(fullest, fullest + 4);
  return weight === 0 ? undefined : hex([red, green, blue].map((sum) => Math.round(sum / weight)));
}

const hex = (colour: number[]): string => `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
