import type { Format } from '../core/photo.ts';
import type { PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { type SourceFormat, storedFormat } from '../core/source-format.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { type Bounded, withinBounds } from './bounds.ts';
import { decodesThroughout } from './decode.ts';
import { decodedPixels, uprightSize } from './header.ts';

/** A picture that every later stage can work with. Width and height are those of the upright picture. */
interface Inspected {
  format: SourceFormat;
  /** What it becomes. */
  storedFormat: Format;
  widthPx: number;
  heightPx: number;
  frames: number;
  /** The file declares transparency for its first frame. */
  hasAlpha: boolean;
}

/**
 * Decides whether a picture is taken, from its bytes alone: first by its header, then by one full decode of frame 1,
 * because an answer of "accepted" must not be followed by "could not be read". What would take too long for somebody who
 * waits (`isDecodedLater`) is taken by its structure: damage within its pixels is found by the worker.
 */
export async function inspect(bytes: Uint8Array, policy: UploadPolicy): Promise<Result<Inspected, PictureRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  if (!isDecodedLater(bounded.value) && !(await decodesThroughout(bytes, bounded.value)))
    return refused({ code: 'corrupt-image', format });
  const { frames, hasAlpha } = header;
  return accepted({
    format,
    storedFormat: storedFormat(format, hasAlpha),
    ...uprightSize(header),
    frames,
    hasAlpha,
  });
}

/** AV1 and HEVC take some 45 and 120 ms of a whole processor for a megapixel, JPEG 4; the function that accepts has 0.6 of one. */
export const isDecodedLater = ({ format, header }: Bounded): boolean =>
  format === 'heic' || (format === 'avif' && decodedPixels(header) > AVIF_MAX_CHECKED_PIXELS);

/** A third of a second there. */
const AVIF_MAX_CHECKED_PIXELS = 4_000_000;
