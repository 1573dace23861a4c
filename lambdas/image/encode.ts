import type { Format } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { flatness } from './flatness.ts';
import { fromPixels } from './resize.ts';
import { writePng } from './write-png.ts';

/**
 * Encodes one picture.
 * @throws sharp's error, which is a fault because the pixels are ours
 */
export const encode = (pixels: Pixels, format: Format): Promise<Buffer> => ENCODERS[format](pixels);

/** Above 85, twice the bytes show no difference in a face on a phone's screen. */
export const JPEG_QUALITY = 85;
/** Pictures this small keep full colour resolution. At half of it a 24-pixel face smears, to save 30 to 210 bytes. */
const FULL_CHROMA_MAX_SIDE_PX = 48;
/** Up to this share of repeated pixels, a picture is a photo. Its flat parts cost at most a hundredth more bytes. */
const PHOTO_MAX_FLATNESS = 1 / 8;
/** From this share on, a picture is a drawing or a screenshot. */
const DRAWING_MIN_FLATNESS = 3 / 4;
/** For those in between. Level 9 takes three times as long for a hundredth less; level 2 is a tenth larger. */
const MIXED_COMPRESSION_LEVEL = 4;
/** The default, 7, takes five times as long and saves a few hundredths; 1 saves no time. */
const GIF_EFFORT = 3;
/** A fifth of the default: photos become 5 to 15 % smaller and structurally more like the original. */
const GIF_DITHER = 0.2;

/** Without mozjpeg: it halves a noisy JPEG, but all nine would take four times as long, while a person waits. */
const jpegOf = (pixels: Pixels): Promise<Buffer> =>
  fromPixels(pixels)
    .jpeg({
      quality: JPEG_QUALITY,
      chromaSubsampling: Math.max(pixels.widthPx, pixels.heightPx) <= FULL_CHROMA_MAX_SIDE_PX ? '4:4:4' : '4:2:0',
    })
    .toBuffer();

/**
 * A drawing is smallest with libpng's defaults. For a picture that is partly a photo (bars, large plain areas), libpng
 * chooses a filter for each row, which halves the photo's part and takes long. A photo we write ourselves, in a third
 * of the time.
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
