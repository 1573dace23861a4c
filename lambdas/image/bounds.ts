import type { SourceFormat } from '../core/photo.ts';
import type { PictureRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import {
  MAX_HEIC_PIXELS,
  MAX_PIXELS,
  MAX_SIDE_PX,
  MAX_WORKING_BYTES,
  type UploadPolicy,
} from '../core/upload-policy.ts';
import { decodedPixels, type Header, uprightSize, workingBytes } from './header.ts';
import { readHeader } from './read-header.ts';
import { looksLike, sniff } from './sniff.ts';

export interface Bounded {
  format: SourceFormat;
  header: Header;
}

/**
 * All checks of a picture before a pixel is decoded, the cheapest first: its bytes, format, header, frames, the memory
 * it would need, and its sides. Both accepting and rendering begin with this.
 */
export function withinBounds(bytes: Uint8Array, policy: UploadPolicy): Result<Bounded, PictureRefusal> {
  if (bytes.length === 0) return refused({ code: 'no-image' });
  if (bytes.length > policy.maxBytes)
    return refused({ code: 'too-many-bytes', bytes: bytes.length, maxBytes: policy.maxBytes });
  const format = sniff(bytes);
  if (format === undefined || !policy.formats.includes(format)) return refused(unknownFormat(bytes, format, policy));
  const header = readHeader(bytes, format);
  if (header === undefined) return refused({ code: 'corrupt-image', format });
  const refusal = overBounds(format, header, policy);
  return refusal === undefined ? accepted({ format, header }) : refused(refusal);
}

function unknownFormat(bytes: Uint8Array, format: SourceFormat | undefined, { formats }: UploadPolicy): PictureRefusal {
  const guess = format ?? looksLike(bytes);
  return { code: 'unknown-format', ...(guess !== undefined && { looksLike: guess }), formats };
}

function overBounds(
  format: SourceFormat,
  header: Header,
  { maxFrames, minSidePx = 1, maxSidePx = MAX_SIDE_PX }: UploadPolicy,
) {
  const { frames } = header;
  const pixels = decodedPixels(header);
  const bytes = workingBytes(header);
  const { widthPx, heightPx } = uprightSize(header);
  if (frames > maxFrames) return { code: 'too-many-frames', frames, maxFrames } as const;
  const maxPixels = format === 'heic' ? MAX_HEIC_PIXELS : MAX_PIXELS;
  if (pixels > maxPixels) return { code: 'too-many-pixels', pixels, maxPixels } as const;
  if (bytes > MAX_WORKING_BYTES)
    return { code: 'too-much-memory', workingBytes: bytes, maxWorkingBytes: MAX_WORKING_BYTES } as const;
  if (Math.min(widthPx, heightPx) < minSidePx) return { code: 'too-small', widthPx, heightPx, minSidePx } as const;
  if (Math.max(widthPx, heightPx) > maxSidePx) return { code: 'too-large', widthPx, heightPx, maxSidePx } as const;
  return undefined;
}
