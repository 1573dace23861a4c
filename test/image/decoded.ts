import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import type { UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { withinBounds } from '../../lambdas/image/bounds.ts';
import { decode, type Pixels } from '../../lambdas/image/decode.ts';
import { uprightSize } from '../../lambdas/image/header.ts';
import { inspect } from '../../lambdas/image/inspect.ts';

const any: UploadPolicy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 10_000, frame: 'whole' };

/**
 * A file before anything is scaled or encoded: its upright pixels, or the code of its refusal.
 * @throws Error when the check accepts what cannot be decoded
 */
export async function decoded(file: Uint8Array): Promise<Pixels | string> {
  const inspected = await inspect(file, any);
  if (!inspected.ok) return inspected.refusal.code;
  const bounded = withinBounds(file, any);
  if (!bounded.ok) throw new Error('accepted, then refused');
  const pixels = await decode(file, bounded.value, { master: uprightSize(bounded.value.header), pictures: [] });
  if (typeof pixels !== 'object') throw new Error('accepted, and does not decode');
  return pixels;
}

/** The same as red, green, blue and alpha, four bytes a pixel. */
export async function decodedRgba(file: Uint8Array): Promise<(Pixels & { channels: 4 }) | string> {
  const pixels = await decoded(file);
  if (typeof pixels === 'string') return pixels;
  const { data, widthPx, heightPx, channels } = pixels;
  const rgba = Buffer.alloc(4 * widthPx * heightPx, 255);
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++)
    data.copy(rgba, 4 * pixel, channels * pixel, channels * (pixel + 1));
  return { data: rgba, widthPx, heightPx, channels: 4 };
}
