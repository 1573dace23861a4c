import {
  type ChosenCrop,
  type Format,
  type Placeholder,
  type RequestedCrop,
  type Size,
  storedFormat,
} from '../core/photo.ts';
import type { CropRefusal, PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { SizeSet } from '../core/stored-sizes.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { withinBounds } from './bounds.ts';
import { decode, type Pixels, release } from './decode.ts';
import { MAX_CPU_SECONDS } from './decode-heic.ts';
import { uprightSize } from './header.ts';
import { placeholderOf, placeholderSize } from './placeholder.ts';
import { type Letterbox, plan } from './render-plan.ts';
import { type Rendition, renditionsOf } from './renditions.ts';
import { fromPixels, toPixels } from './resize.ts';
import { chooseSquare, type Square } from './square.ts';

export interface Rendered {
  format: Format;
  master: Size;
  placeholder: Placeholder;
  /** What the squares show of the source; absent if bars were added. */
  crop?: ChosenCrop;
  /** In the order of the plan's pictures. Master and Twitter's original are among them, each size once. */
  renditions: Rendition[];
}

export interface RenderOptions {
  policy: UploadPolicy;
  /** A box in the upright picture's pixels, or the centre; the policy decides if absent. */
  crop?: RequestedCrop;
  /** `#rrggbb`, for the bars of a letterboxed picture without alpha. */
  letterboxColour: string;
  /** The sets of sizes to make; all by default. */
  sizeSets?: readonly SizeSet[];
  /** When the pixels have to be ready, in milliseconds since 1970. */
  deadlineMs?: number;
}

/**
 * Makes every stored picture of a photo, in this order: bounds → decode with EXIF orientation, sRGB, first frame, crop,
 * fit → bars → squares of the master → encode. The source is decoded once, and the rest is made from its pixels.
 * Refuses what `inspect` refuses by the header, a crop box outside of the picture, and bytes that do not decode.
 */
export async function render(
  bytes: Uint8Array,
  { policy, crop, letterboxColour, sizeSets, deadlineMs }: RenderOptions,
): Promise<Result<Rendered, PictureRefusal | CropRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  const source = uprightSize(header);
  const planned = plan(source, policy.frame, crop, sizeSets);
  if (!planned.ok) return planned;
  const { letterbox, master, pictures, crop: box } = planned.value;
  const decoded = await decode(bytes, bounded.value, planned.value, deadlineMs);
  if (decoded === undefined) return refused({ code: 'corrupt-image', format });
  if (decoded === 'too-slow') return refused({ code: 'too-slow', format, maxSeconds: MAX_CPU_SECONDS });
  const pixels = letterbox ? await withBars(decoded, letterbox, letterboxColour) : decoded;
  const mode = crop === 'centre' ? crop : (policy.crop ?? 'centre');
  const isOfItsShape = box === undefined && policy.frame === 'whole';
  // From a picture that is made anyway, so that nothing is scaled only for this.
  const square: Promise<Square> | undefined = isOfItsShape
    ? Promise.resolve().then(() =>
        chooseSquare(master, source, mode, placeholderSize(master), (size) => made.pixels(size)),
      )
    : undefined;
  const made = renditionsOf(pixels, pictures, square && (async () => (await square).within));
  const stored = storedFormat(format, header.hasAlpha);
  const renditions = await made.encode(stored);
  const placeholder = await placeholderOf(made, master, letterbox);
  await made.release();
  const chosen = (await square)?.crop ?? (box && { ...box, by: 'box' as const });
  return accepted({ format: stored, master, placeholder, renditions, ...(chosen && { crop: chosen }) });
}

/** Not in the decoder's pipeline: for a grey source, libvips would make the bars grey too. */
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
