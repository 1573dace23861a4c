import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import type { UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { type Rendered, type RenderOptions, render } from '../../lambdas/image/render.ts';
import { BLUE, type Colour, colourAt, GREEN, isNear, pixelsOf, type RawPicture, RED, YELLOW } from '../pictures.ts';

/** What the tests of rendering share: a photo is made, and its pictures are looked at. */

export const whole: UploadPolicy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 500, frame: 'whole' };
export const boxed: UploadPolicy = { ...whole, frame: 'letterbox' };
export const letterboxColour = '#102030';
export const BAR: Colour = [0x10, 0x20, 0x30];
export const CLEAR: Colour = [0, 0, 0, 0];
export const OPAQUE_RED: Colour = [230, 20, 20, 255];

export async function rendered(file: Uint8Array, options: Partial<RenderOptions> = {}): Promise<Rendered> {
  const result = await render(file, { policy: whole, letterboxColour, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

export function fileOf({ renditions }: Rendered, widthPx: number, heightPx = widthPx): Buffer {
  const found = renditions.find(({ size }) => size.widthPx === widthPx && size.heightPx === heightPx);
  if (!found) throw new Error(`no ${widthPx}×${heightPx}`);
  return found.bytes;
}

export const masterOf = (photo: Rendered) => pixelsOf(fileOf(photo, photo.master.widthPx, photo.master.heightPx));

/** The names of the colours in the middle of the four quarters, in reading order. */
export const quartersOf = (picture: RawPicture): string[] =>
  [0.25, 0.75].flatMap((down) =>
    [0.25, 0.75].map((across) => {
      const seen = colourAt(picture, Math.floor(picture.width * across), Math.floor(picture.height * down));
      return COLOURS.find(([, colour]) => isNear(seen, colour, 40))?.[0] ?? String(seen);
    }),
  );

export const COLOURS: [string, Colour][] = [
  ['R', RED],
  ['G', GREEN],
  ['B', BLUE],
  ['Y', YELLOW],
];
const distance = (one: readonly number[], other: Colour): number =>
  Math.hypot(...[0, 1, 2].map((index) => (one[index] ?? 0) - (other[index] ?? 0)));

export const nearestOf = (seen: number[]): string | undefined =>
  COLOURS.toSorted(([, one], [, other]) => distance(seen, one) - distance(seen, other))[0]?.[0];

export const UPRIGHT = ['R', 'G', 'B', 'Y'];
