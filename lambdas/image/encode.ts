import type { Format } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { flatness } from './flatness.ts';
import { fromPixels } from './resize.ts';
import { writePng } from './write-png.ts';

/**
 * Encodes one picture.
 * @throws sharp's error: the pixels are ours, so it is a fault.
 */
export const encode = (pixels: Pixels, format: Format): Promise<Buffer> => ENCODERS[format](pixels);

/** 85 is where a doubling of bytes stops being seen in a face on a phone's screen. */
export const JPEG_QUALITY = 85;
/** Pictures this small keep full colour resolution: halved, a 24-pixel face smears, and it costs 30 to 210 bytes. */
const FULL_CHROMA_MAX_SIDE_PX = 48;
/** Up to this share of repeated pixels a picture is a photo; what is flat in it costs a hundredth more bytes at most. */
const PHOTO_MAX_FLATNESS = 1 / 8;
/** From this share on a picture is a drawing or a screenshot. */
const DRAWING_MIN_FLATNESS = 3 / 4;
/** For what is between. 9 takes three times as long for a file about one in a hundred smaller; 2 is a tenth larger. */
const MIXED_COMPRESSION_LEVEL = 4;
/** 7, the default, takes five times as long and saves some hundredths; 1 saves no time. */
const GIF_EFFORT = 3;
/** A fifth of the default: a photo becomes some 5 to 15 % smaller and, by structure, more like the original. */
const GIF_DITHER = 0.2;

/** mozjpeg halves a noisy JPEG, but makes all nine take four times as long; they wait in front of a person. */
const jpegOf = (pixels: Pixels): Promise<Buffer> =>
  fromPixels(pixels)
    .jpeg({
      quality: JPEG_QUALITY,
      chromaSubsampling: Math.max(pixels.widthPx, pixels.heightPx) <= FULL_CHROMA_MAX_SIDE_PX ? '4:4:4' : '4:2:0',
    })
    .toBuffer();

/**
 * A drawing is smallest as it is, with libpng's defaults. In what is partly photo (bars, large plain backgrounds), libpng chooses
 * a filter a row, which halves the photo's part and takes long. A photo throughout we write ourselves, in a third of the time.
 */
function pngOf(pixels: Pixels): Promise<Buffer> {
  const flat = flatness(pixels);
  if (flat < PHOTO_MAX_FLATNESS) return writePng(pixels);
  const options =
    flat < DRAWING_MIN_FLATNESS ? { compressionLevel: MIXED_COMPRESSION_LEVEL, adaptiveFiltering: true } : {};
  return fromPixels(pixels).png(options).toBuffer();
}

const gifOf = (pixels: Pixels): Promise<Buffer> =>
  fromPixels(pixels).gif({ effort: GIF_EFFORT, dither: GIF_DITHER }).toBuffer();

const ENCODERS: Record<Format, (pixels: Pixels) => Promise<Buffer>> = { jpeg: jpegOf, png: pngOf, gif: gifOf };
