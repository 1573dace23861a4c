import type { Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { fitInto } from './geometry.ts';
import { sharp } from './libvips.ts';
import { fromPixels, toPixels } from './resize.ts';

/** A place in a picture, as shares of its sides, 0 to 1. */
export interface Point {
  across: number;
  down: number;
}

/** libvips looks at 32 × 32 places of whatever it is given, so no more than this is needed. */
const LOOKED_AT_SIDE_PX = 64;

/**
 * Where most is to be seen: libvips' attention strategy, which adds up skin, strong colours and edges. The same pixels give the same place.
 * `docs/image.md` has what the lifted shadows are for.
 */
export async function attention(picture: Pixels): Promise<Point> {
  const size = fitInto(picture, LOOKED_AT_SIDE_PX);
  const { widthPx: width, heightPx: height } = size;
  const shrunk = fromPixels(picture).resize({ width, height, fit: 'fill', kernel: 'lanczos2' });
  const data = lifted(await toPixels(shrunk, size, picture.channels));
  const sidePx = Math.min(width, height);
  const { info } = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: sidePx, height: sidePx, position: sharp.strategy.attention })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { across: middleOf(info.attentionX, width), down: middleOf(info.attentionY, height) };
}

/** Of a pixel, which libvips names by its place from the left or the top. */
const middleOf = (pixel: number | undefined, lengthPx: Size['widthPx']): number => ((pixel ?? 0) + 0.5) / lengthPx;

/** Opaque, what cannot be seen black, and as bytes of light turned by 1/2.2: libvips takes nothing for skin that is darker than a twentieth of white. */
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
