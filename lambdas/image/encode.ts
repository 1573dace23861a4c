import type { Sharp } from 'sharp';
import type { Format, Size } from '../core/photo.ts';

/**
 * Encodes one picture of the given size.
 * @throws sharp's error: the pixels are ours, so it is a fault.
 */
export const encode = (pipeline: Sharp, size: Size, format: Format): Promise<Buffer> =>
  ENCODERS[format](pipeline, size).toBuffer();

/** 85 is where a doubling of bytes stops being seen in a face on a phone's screen. */
export const JPEG_QUALITY = 85;
/** Pictures this small keep full colour resolution: halved, a 24-pixel face smears, and it costs some 50 to 400 bytes. */
const FULL_CHROMA_MAX_SIDE_PX = 100;
/** 9 takes three times as long for a file about one in a hundred smaller; 2 is no faster and a tenth larger. */
const PNG_COMPRESSION_LEVEL = 4;
/** 7, the default, takes three times as long for a 512-pixel square and saves about 15 %; 1 saves no time. */
const GIF_EFFORT = 4;
/** Half of the default: a photo of 512 pixels becomes 8 % smaller and, by structure, 16 % more like the original. */
const GIF_DITHER = 0.5;

/**
 * mozjpeg halves a noisy JPEG, but makes all nine take four times as long; they wait in front of a person.
 * PNG rows choose their filter (`adaptiveFiltering`): photos become less than half as large, flat drawings stay as they are.
 */
const ENCODERS = {
  jpeg: (pipeline, { widthPx, heightPx }) =>
    pipeline.jpeg({
      quality: JPEG_QUALITY,
      chromaSubsampling: Math.max(widthPx, heightPx) <= FULL_CHROMA_MAX_SIDE_PX ? '4:4:4' : '4:2:0',
    }),
  png: (pipeline) => pipeline.png({ compressionLevel: PNG_COMPRESSION_LEVEL, adaptiveFiltering: true }),
  gif: (pipeline) => pipeline.gif({ effort: GIF_EFFORT, dither: GIF_DITHER }),
} as const satisfies Record<Format, (pipeline: Sharp, size: Size) => Sharp>;
