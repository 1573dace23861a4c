import { availableParallelism } from 'node:os';
import { type Format, MEDIA_TYPE, type Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { encode } from './encode.ts';
import { isSameSize, isSquare } from './geometry.ts';
import { resized } from './resize.ts';

/** One stored picture. */
export interface Rendition {
  size: Size;
  bytes: Buffer;
  mediaType: string;
}

/** Every picture of a plan, made from its master's pixels. */
export interface Renditions {
  /** In the order of the sizes. */
  encode(format: Format): Promise<Rendition[]>;
  /** Any size that is square or has the master's shape. */
  pixels(size: Size): Promise<Pixels>;
}

/**
 * The pictures form a ladder: a small one is made from a step above it, not from the master, because looking at a megapixel
 * once for each thumbnail would cost more than encoding them. A step is at least twice as large as what is made from it,
 * so nothing is lost that the smaller one could show.
 */
export function renditionsOf(master: Pixels, sizes: Size[]): Renditions {
  const steps = sizes.filter(({ widthPx }) => STEP_WIDTHS_PX.includes(widthPx));

  const pixels = once(async (size) => {
    if (isSameSize(master, size)) return master;
    const step = steps.find((other) => leadsTo(other, size));
    return resized(step === undefined ? master : await pixels(step), size);
  });
  const encoded = async (size: Size, format: Format): Promise<Buffer> => encode(await pixels(size), format);
  return { pixels, encode: (format) => encodeAll(sizes, (size) => encoded(size, format), MEDIA_TYPE[format]) };
}

/** Small to large: the first that leads to a size is the cheapest. */
const STEP_WIDTHS_PX: number[] = [48, 72, 192, 400];

const leadsTo = (step: Size, size: Size): boolean =>
  isSquare(step) === isSquare(size) && step.widthPx >= 2 * size.widthPx && step.heightPx >= 2 * size.heightPx;

/** Makes each size once, also for two who want it at the same time. */
function once(make: (size: Size) => Promise<Pixels>): (size: Size) => Promise<Pixels> {
  const made = new Map<string, Promise<Pixels>>();
  return (size) => {
    const key = `${size.widthPx}x${size.heightPx}`;
    const making = made.get(key) ?? make(size);
    made.set(key, making);
    return making;
  };
}

/** As many at once as there are processors, the largest first, so that no processor waits long for the last one. */
async function encodeAll(
  sizes: Size[],
  encoded: (size: Size) => Promise<Buffer>,
  mediaType: string,
): Promise<Rendition[]> {
  const waiting = [...sizes];
  const done: Rendition[] = [];
  const worker = async () => {
    for (let size = waiting.pop(); size !== undefined; size = waiting.pop())
      done.push({ size, bytes: await encoded(size), mediaType });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return done.sort((one, other) => sizes.indexOf(one.size) - sizes.indexOf(other.size));
}
