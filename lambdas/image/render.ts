import type { ChosenCrop, Format, Placeholder, RequestedCrop, Size } from '../core/photo.ts';
import type { CropRefusal, PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { SizeSet } from '../core/stored-sizes.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { withinBounds } from './bounds.ts';
import { decode, type Pixels, release } from './decode.ts';
import { uprightSize } from './header.ts';
import { placeholderOf, placeholderSize } from './placeholder.ts';
import { type Letterbox, plan } from './render-plan.ts';
import { type Rendition, renditionsOf } from './renditions.ts';
import { fromPixels, toPixels } from './resize.ts';
import { chooseSquare, type Square } from './square.ts';

export interface Rendered {
  format: Format;
  master: Size;
  /** What stands for the photo while it loads. */
  placeholder: Placeholder;
  /** What the squares show of the source; absent where bars make it square. */
  crop?: ChosenCrop;
  /** In the order of the plan's pictures; the master and Twitter's original are among them, each size once. */
  renditions: Rendition[];
}

export interface RenderOptions {
  policy: UploadPolicy;
  /** A box in the upright picture's pixels, or the middle; as the policy says when absent. */
  crop?: RequestedCrop;
  /** `#rrggbb`, for the bars of a letterboxed picture without alpha. */
  letterboxColour: string;
  /** The sets of sizes to make; all unless said otherwise. */
  sizeSets?: readonly SizeSet[];
}

/**
 * Makes every stored picture of a photo. The order is fixed: bounds → decode with EXIF turn, sRGB, first frame, crop,
 * fit → bars → squares of the master → encode. The source is decoded once; the rest starts from its pixels.
 * Refuses what `inspect` would refuse from the header, a crop box outside the picture, and bytes that do not decode.
 */
export async function render(
  bytes: Uint8Array,
  { policy, crop, letterboxColour, sizeSets }: RenderOptions,
): Promise<Result<Rendered, PictureRefusal | CropRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  const source = uprightSize(header);
  const planned = plan(source, policy.frame, crop, sizeSets);
  if (!planned.ok) return planned;
  const { letterbox, master, pictures, crop: box } = planned.value;
  const decoded = await decode(bytes, bounded.value, planned.value);
  if (decoded === undefined) return refused({ code: 'corrupt-image', format });
  const pixels = letterbox ? await withBars(decoded, letterbox, letterboxColour) : decoded;
  const mode = crop === 'centre' ? crop : (policy.crop ?? 'centre');
  const isOfItsShape = box === undefined && policy.frame === 'whole';
  // Of the ladder itself, so that nothing is shrunk once more to be looked at.
  const square: Promise<Square> | undefined = isOfItsShape
    ? Promise.resolve().then(() =>
        chooseSquare(master, source, mode, placeholderSize(master), (size) => made.pixels(size)),
      )
    : undefined;
  const made = renditionsOf(pixels, pictures, square && (async () => (await square).within));
  const renditions = await made.encode(format);
  const placeholder = await placeholderOf(made, master, letterbox);
  await made.release();
  const chosen = (await square)?.crop ?? (box && { ...box, by: 'box' as const });
  return accepted({ format, master, placeholder, renditions, ...(chosen && { crop: chosen }) });
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
