import { availableParallelism } from 'node:os';
import type { PhotoSet } from '../core/offer.ts';
import { type Crop, type Format, MEDIA_TYPE, type Size } from '../core/photo.ts';
import type { Policy } from '../core/policy.ts';
import type { CropRefusal, PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { withinBounds } from './bounds.ts';
import { decode, type Pixels } from './decode.ts';
import { encode } from './encode.ts';
import { uprightSize } from './header.ts';
import { sharp } from './libvips.ts';
import { type Letterbox, plan } from './plan.ts';

/** One stored picture. */
export interface Rendition {
  size: Size;
  bytes: Buffer;
  mediaType: string;
}

export interface Rendered {
  format: Format;
  master: Size;
  /** In the order of the plan's pictures; the master and Twitter's original are among them, each size once. */
  renditions: Rendition[];
}

export interface Wishes {
  policy: Policy;
  /** In the upright picture's pixels. */
  crop?: Crop;
  /** `#rrggbb`, for the bars of a letterboxed picture without alpha. */
  letterboxColour: string;
  /** The sets of sizes to make; all unless said otherwise. */
  photoSets?: readonly PhotoSet[];
}

/**
 * Makes every stored picture of a photo. The order is fixed: bounds → decode with EXIF turn, sRGB, first frame, crop,
 * fit → bars → squares from the master's middle → encode. The source is decoded once; the rest starts from its pixels.
 * Refuses what `inspect` would refuse from the header, a crop box outside the picture, and bytes that do not decode.
 */
export async function render(
  bytes: Uint8Array,
  { policy, crop, letterboxColour, photoSets }: Wishes,
): Promise<Result<Rendered, PictureRefusal | CropRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  const planned = plan(uprightSize(header), policy.frame, crop, photoSets);
  if (!planned.ok) return planned;
  const { letterbox, master, pictures } = planned.value;
  const decoded = await decode(bytes, bounded.value, planned.value);
  if (decoded === undefined) return refused({ code: 'corrupt-image', format });
  const pixels = letterbox ? await withBars(decoded, letterbox, letterboxColour) : decoded;
  const renditions = await encodeAll(pixels, pictures, format);
  return accepted({ format, master, renditions });
}

/** A step of its own: in the pipeline of a greyscale source, libvips would make the bars grey too. */
async function withBars(picture: Pixels, bars: Letterbox, colour: string): Promise<Pixels> {
  const { data, widthPx, heightPx, channels } = picture;
  const square = sharp(data, { raw: { width: widthPx, height: heightPx, channels } }).extend({
    top: bars.topPx,
    bottom: bars.bottomPx,
    left: bars.leftPx,
    right: bars.rightPx,
    background: channels === 4 ? { r: 0, g: 0, b: 0, alpha: 0 } : colour,
  });
  return { data: await square.raw().toBuffer(), widthPx: bars.sidePx, heightPx: bars.sidePx, channels };
}

/** As many at once as there are processors, the largest first, so that no processor waits long for the last one. */
async function encodeAll(master: Pixels, sizes: Size[], format: Format): Promise<Rendition[]> {
  const waiting = [...sizes];
  const done = new Map<Size, Buffer>();
  const worker = async () => {
    for (let size = waiting.pop(); size !== undefined; size = waiting.pop())
      done.set(size, await encode(master, size, format));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return [...done]
    .map(([size, bytes]) => ({ size, bytes, mediaType: MEDIA_TYPE[format] }))
    .sort((one, other) => sizes.indexOf(one.size) - sizes.indexOf(other.size));
}
