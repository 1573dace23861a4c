import { type Crop, type Format, type Placeholder, type Size, storedFormat } from '../core/photo.ts';
import type { CropRefusal, PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { SizeSet } from '../core/stored-sizes.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { withinBounds } from './bounds.ts';
import { decode, type Pixels, release } from './decode.ts';
import { uprightSize } from './header.ts';
import { placeholderOf } from './placeholder.ts';
import { type Letterbox, plan } from './render-plan.ts';
import { type Rendition, renditionsOf } from './renditions.ts';
import { fromPixels, toPixels } from './resize.ts';

export interface Rendered {
  format: Format;
  master: Size;
  /** What stands for the photo while it loads. */
  placeholder: Placeholder;
  /** In the order of the plan's pictures; the master and Twitter's original are among them, each size once. */
  renditions: Rendition[];
}

export interface RenderOptions {
  policy: UploadPolicy;
  /** In the upright picture's pixels. */
  crop?: Crop;
  /** `#rrggbb`, for the bars of a letterboxed picture without alpha. */
  letterboxColour: string;
  /** The sets of sizes to make; all unless said otherwise. */
  sizeSets?: readonly SizeSet[];
}

/**
 * Makes every stored picture of a photo. The order is fixed: bounds → decode with EXIF turn, sRGB, first frame, crop,
 * fit → bars → squares from the master's middle → encode. The source is decoded once; the rest starts from its pixels.
 * Refuses what `inspect` would refuse from the header, a crop box outside the picture, and bytes that do not decode.
 */
export async function render(
  bytes: Uint8Array,
  { policy, crop, letterboxColour, sizeSets }: RenderOptions,
): Promise<Result<Rendered, PictureRefusal | CropRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  const planned = plan(uprightSize(header), policy.frame, crop, sizeSets);
  if (!planned.ok) return planned;
  const { letterbox, master, pictures } = planned.value;
  const decoded = await decode(bytes, bounded.value, planned.value);
  if (decoded === undefined) return refused({ code: 'corrupt-image', format });
  const pixels = letterbox ? await withBars(decoded, letterbox, letterboxColour) : decoded;
  const made = renditionsOf(pixels, pictures);
  const stored = storedFormat(format, header.hasAlpha);
  const renditions = await made.encode(stored);
  const placeholder = await placeholderOf(made, master, letterbox);
  await made.release();
  return accepted({ format: stored, master, placeholder, renditions });
}

/** A step of its own: in the pipeline of a greyscale source, libvips would make the bars grey too. */
async function withBars(picture: Pixels, bars: Letterbox, colour: string): Promise<Pixels> {
  const { channels } = picture;
  const square = fromPixels(picture).extend({
    top: bars.topPx,
    bottom: bars.bottomPx,
    left: bars.leftPx,
    right: bars.rightPx,
    background: channels === 4 ? { r: 0, g: 0, b: 0, alpha: 0 } : colour,
  });
  const framed = await toPixels(square, { widthPx: bars.sidePx, heightPx: bars.sidePx }, channels);
  release(picture.data);
  return framed;
}
