import type { Size } from '../core/photo.ts';

/** What a header claims, read without decoding a pixel. Pixels are as stored, before the EXIF orientation. */
export interface Header extends Size {
  /** Samples a pixel in the decoder: a palette counts as 3, or 4 with transparency; a GIF as 4. */
  channels: number;
  bytesASample: 1 | 2;
  /** Progressive, interlaced, or in several scans: the decoder has the whole picture in memory beside its output. */
  needsFullBuffer: boolean;
  /** EXIF orientation, 1 (upright) to 8. */
  orientation: number;
  /** Frames of an animation, counted or claimed; 1 for a still picture. */
  frames: number;
  /** Pixels that the decoder makes, if more than the picture has: because of a clean aperture, or tiles at its edge. */
  codedPixels?: number;
  /** Whether the first frame is declared as transparent, even if no pixel is. */
  hasAlpha: boolean;
}

/** Width and height after the EXIF orientation: 5 to 8 exchange them. */
export const uprightSize = ({ widthPx, heightPx, orientation }: Header): Size =>
  orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };

export const decodedPixels = ({ widthPx, heightPx, codedPixels = 0 }: Header): number =>
  Math.max(widthPx * heightPx, codedPixels);

/** The memory that decoding may need at once: every sample, twice if the decoder holds the whole picture. */
export const workingBytes = (header: Header): number =>
  decodedPixels(header) * header.channels * header.bytesASample * (header.needsFullBuffer ? 2 : 1);
