import type { ChosenCrop, CropMode, Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { centreSquare, isSquare, type Rectangle, squareAround } from './geometry.ts';
import { sharp } from './libvips.ts';

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

/** A place in a picture, as fractions of its sides. */
interface Point {
  across: number;
  down: number;
}

/**
 * The place that catches the eye in a picture of a few dozen pixels, by libvips' attention strategy: it adds up skin,
 * strong colours and edges. libvips looks at 32 × 32 places of whatever it is given. The same pixels give the same
 * place.
 */
async function attention(small: Pixels): Promise<Point> {
  const { widthPx: width, heightPx: height } = small;
  const sidePx = Math.min(width, height);
  const { info } = await sharp(lifted(small), { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, position: sharp.strategy.attention })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { across: middleOf(info.attentionX, width), down: middleOf(info.attentionY, height) };
}

/** The middle of a pixel, given as its distance from the left or the top. */
const middleOf = (pixel: number | undefined, lengthPx: number): number => ((pixel ?? 0) + 0.5) / lengthPx;

/** Heads are at the top. So the lowest row of an upright picture is this much darker than the first. */
const DARKER_BELOW = 0.3;

/**
 * The picture as libvips gets it: opaque, black where it is invisible, and with its shadows lifted but their hue
 * unchanged. libvips takes nothing for skin that has less than a twentieth of white's light, and so would pass over
 * dark faces. `docs/image.md` says what each of these gains.
 */
function lifted({ data, widthPx, heightPx, channels }: Pixels): Buffer {
  const out = Buffer.alloc(widthPx * heightPx * 3);
  const darkerARow = heightPx > widthPx ? DARKER_BELOW / heightPx : 0;
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const at = pixel * channels;
    const [red = 0, green = 0, blue = 0, alpha = 255] = data.subarray(at, at + channels);
    const factor =
      (LIFT[Math.max(red, green, blue)] ?? 1) * (alpha / 255) * (1 - darkerARow * Math.floor(pixel / widthPx));
    out.set([Math.round(red * factor), Math.round(green * factor), Math.round(blue * factor)], pixel * 3);
  }
  return out;
}

/** By the largest of a pixel's samples: the factor that raises it like a power of 1/2.2. */
const LIFT = Float64Array.from({ length: 256 }, (_, value) => (value === 0 ? 1 : (value / 255) ** (1 / 2.2 - 1)));
