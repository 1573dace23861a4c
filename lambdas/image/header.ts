import type { Size } from '../core/photo.ts';

/** What a picture's header claims, read from the bytes without decoding a pixel. Pixels as stored, before the EXIF turn. */
export interface Header extends Size {
  /** Samples a pixel, as the decoder will hold them: a palette counts as 3 (or 4 with transparency), a GIF as 4. */
  channels: number;
  bytesASample: 1 | 2;
  /** Progressive, interlaced or in several scans: the decoder holds the whole picture beside its output. */
  needsFullBuffer: boolean;
  /** EXIF orientation, 1 (upright) to 8. */
  orientation: number;
  /** Frames of an animation, counted or claimed; 1 for a still picture. */
  frames: number;
  /** Pixels that the decoder makes, where they are more than the picture has: a clean aperture, tiles that reach out. */
  codedPixels?: number;
  /** The file declares transparency for its first frame, whether or not a pixel uses it. */
  hasAlpha: boolean;
}

/** Width and height after the EXIF turn: orientations 5 to 8 lie on their side. */
export const uprightSize = ({ widthPx, heightPx, orientation }: Header): Size =>
  orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx };

export const decodedPixels = ({ widthPx, heightPx, codedPixels = 0 }: Header): number =>
  Math.max(widthPx * heightPx, codedPixels);

/** Bytes of memory that a decode may need at once: every sample, and twice that where the picture is held whole. */
export const workingBytes = (header: Header): number =>
  decodedPixels(header) * header.channels * header.bytesASample * (header.needsFullBuffer ? 2 : 1);
