import { availableParallelism } from 'node:os';
import { type Format, MEDIA_TYPE, type Size } from '../core/photo.ts';
import { type Pixels, release } from './decode.ts';
import { encode } from './encode.ts';
import { isSquare, type Rectangle } from './geometry.ts';
import { resized } from './resize.ts';

export interface Rendition {
  size: Size;
  bytes: Buffer;
  mediaType: string;
}

/** The pictures of a plan, made from its master's pixels. */
export interface Renditions {
  /** In the order of the sizes. */
  encode(format: Format): Promise<Rendition[]>;
  /** Any size that is square or has the master's shape. */
  pixels(size: Size): Promise<Pixels>;
  /** Frees the memory of all pixels, including the master's. */
  release(): Promise<void>;
}

/**
 * The pictures form a ladder. A small one is made from a step above it and not from the master, because reading a
 * megapixel for each thumbnail would cost more than encoding them. A step is at least twice as large as what is made
 * from it, so no visible detail is lost. The master's squares are cut where `square` says, which may look at other
 * pictures of the ladder; without it, from the centre.
 */
export function renditionsOf(master: Pixels, sizes: Size[], square?: () => Promise<Rectangle>): Renditions {
  const steps = sizes.filter(({ widthPx }) => STEP_WIDTHS_PX.includes(widthPx));
  const made = new Map<string, Promise<Pixels>>([[nameOf(master), Promise.resolve(master)]]);

  /** Makes each size once, even if two ask for it at the same time. */
  const pixels = (size: Size): Promise<Pixels> => {
    const making = made.get(nameOf(size)) ?? fromStep(size);
    made.set(nameOf(size), making);
    return making;
  };
  const fromStep = async (size: Size): Promise<Pixels> => {
    const step = steps.find((other) => leadsTo(other, size));
    if (step !== undefined) return resized(await pixels(step), size);
    return resized(master, size, isSquare(size) ? await square?.() : undefined);
  };
  const encoded = async (size: Size, format: Format): Promise<Buffer> => encode(await pixels(size), format);
  return {
    pixels,
    encode: (format) => encodeAll(sizes, (size) => encoded(size, format), MEDIA_TYPE[format]),
    release: async () => {
      for (const making of made.values()) release((await making).data);
    },
  };
}

const nameOf = ({ widthPx, heightPx }: Size): string => `${widthPx}x${heightPx}`;

/** In ascending order: the first step that leads to a size is the cheapest. */
const STEP_WIDTHS_PX: number[] = [48, 72, 192, 400];

const leadsTo = (step: Size, size: Size): boolean =>
  isSquare(step) === isSquare(size) && step.widthPx >= 2 * size.widthPx && step.heightPx >= 2 * size.heightPx;

/**
 * As many at once as there are processors. The largest come first, so that no processor waits long for the last one.
 */
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
