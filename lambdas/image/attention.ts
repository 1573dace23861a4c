import type { Pixels } from './decode.ts';
import { sharp } from './libvips.ts';

/** A place in a picture, as shares of its sides, 0 to 1. */
export interface Point {
  across: number;
  down: number;
}

/**
 * Where most is to be seen in a picture of a few dozen pixels: libvips' attention strategy, which adds up skin, strong colours and edges. libvips
 * looks at 32 × 32 places of whatever it is given. The same pixels give the same place.
 */
export async function attention(small: Pixels): Promise<Point> {
  const { widthPx: width, heightPx: height } = small;
  const sidePx = Math.min(width, height);
  const { info } = await sharp(lifted(small), { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, position: sharp.strategy.attention })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { across: middleOf(info.attentionX, width), down: middleOf(info.attentionY, height) };
}

/** Of a pixel, which libvips names by its place from the left or the top. */
const middleOf = (pixel: number | undefined, lengthPx: number): number => ((pixel ?? 0) + 0.5) / lengthPx;

/**
 * Opaque, and with its shadows lifted: libvips takes nothing for skin that has less than a twentieth of white's light, and so would pass over dark
 * people's faces. `docs/image.md` has the figures. What cannot be seen is black.
 */
function lifted({ data, widthPx, heightPx, channels }: Pixels): Buffer {
  const out = Buffer.alloc(widthPx * heightPx * 3);
  for (let from = 0, to = 0; to < out.length; from += channels, to += 3) {
    const alpha = channels === 4 ? (data[from + 3] ?? 0) / 255 : 1;
    for (let channel = 0; channel < 3; channel++)
      out[to + channel] = Math.round(alpha * (LIFTED[data[from + channel] ?? 0] ?? 0));
  }
  return out;
}

const LIFTED = Uint8Array.from({ length: 256 }, (_, value) => Math.round(255 * (value / 255) ** (1 / 2.2)));
