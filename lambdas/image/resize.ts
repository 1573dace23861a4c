import type { Sharp } from 'sharp';
import type { Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { centreSquare, isSquare } from './geometry.ts';
import { sharp } from './libvips.ts';

/**
 * Makes a picture smaller: a square from `square`, or all of it in its own shape. `docs/image.md` has the figures
 * behind the kernel, and behind averaging in linear light.
 */
export function resized(pixels: Pixels, size: Size, square = centreSquare(pixels)): Promise<Pixels> {
  const pipeline = fromPixels(pixels);
  // Stored squares are cut out. Other pictures keep the source's shape.
  if (isSquare(size)) {
    pipeline.extract({ left: square.leftPx, top: square.topPx, width: square.widthPx, height: square.heightPx });
  }
  if (isAveragedAsLight(pixels, size)) pipeline.pipelineColourspace('scrgb').toColourspace('srgb');
  // sharp multiplies by alpha before it scales, so transparent pixels do not bleed their colour into the edge.
  pipeline.resize({ width: size.widthPx, height: size.heightPx, fit: 'fill', kernel: 'lanczos2' });
  return toPixels(pipeline, size, pixels.channels);
}

/** Raw pixels have no metadata, so none can get into the result. */
export const fromPixels = ({ data, widthPx, heightPx, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels } });

export const toPixels = async (pipeline: Sharp, size: Size, channels: Pixels['channels']): Promise<Pixels> => ({
  data: await pipeline.raw({ depth: 'uchar' }).toBuffer(),
  widthPx: size.widthPx,
  heightPx: size.heightPx,
  channels,
});

/**
 * sRGB's bytes are about the square root of light. So a bright and a dark hair, averaged as bytes, get darker than they
 * look from afar. Averaging in light needs floats and eight times as long, so it is done once, where most is averaged:
 * from more than this side to at most this side. Above it the loss is small, below it little contrast is left.
 */
const LIGHT_MAX_SIDE_PX = 192;

const isAveragedAsLight = (from: Size, to: Size): boolean =>
  Math.max(to.widthPx, to.heightPx) <= LIGHT_MAX_SIDE_PX && Math.min(from.widthPx, from.heightPx) > LIGHT_MAX_SIDE_PX;
