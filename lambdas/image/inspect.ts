import type { Format } from '../core/photo.ts';
import type { PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { UploadPolicy } from '../core/upload-policy.ts';
import { withinBounds } from './bounds.ts';
import { decodesThroughout } from './decode.ts';
import { uprightSize } from './header.ts';

/** A picture that every later stage can work with. Width and height are those of the upright picture. */
export interface Inspected {
  format: Format;
  widthPx: number;
  heightPx: number;
  frames: number;
  /** The file declares transparency for its first frame. */
  hasAlpha: boolean;
}

/**
 * Decides whether a picture is taken, from its bytes alone: first by its header, then by one full decode of frame 1,
 * because an answer of "accepted" must not be followed by "could not be read".
 */
export async function inspect(bytes: Uint8Array, policy: UploadPolicy): Promise<Result<Inspected, PictureRefusal>> {
  const bounded = withinBounds(bytes, policy);
  if (!bounded.ok) return bounded;
  const { format, header } = bounded.value;
  if (!(await decodesThroughout(bytes, bounded.value))) return refused({ code: 'corrupt-image', format });
  return accepted({ format, ...uprightSize(header), frames: header.frames, hasAlpha: header.hasAlpha });
}
