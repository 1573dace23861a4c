import type { Sharp } from 'sharp';
import type { Format, Size } from '../core/photo.ts';
import type { Pixels } from './decode.ts';
import { centreSquare, isSameSize, isSquare } from './geometry.ts';
import { sharp } from './libvips.ts';

/**
 * Encodes one picture out of the master's pixels: the master itself, a square from its middle, or the whole of it made
 * smaller. Raw pixels carry no metadata, so none can come out.
 * @throws sharp's error: the pixels are ours, so it is a fault.
 */
export function encode(master: Pixels, size: Size, format: Format): Promise<Buffer> {
  const { data, widthPx, heightPx, channels } = master;
  const pixels = sharp(data, { raw: { width: widthPx, height: heightPx, channels } });
  return ENCODERS[format](scaled(pixels, master, size), size).toBuffer();
}

function scaled(pixels: Sharp, master: Size, size: Size): Sharp {
  if (isSameSize(master, size)) return pixels;
  // A square stored picture is cut from the middle; any other has the master's shape.
  if (isSquare(size)) {
    const square = centreSquare(master);
    pixels.extract({ left: square.leftPx, top: square.topPx, width: square.widthPx, height: square.heightPx });
  }
  // sharp multiplies by alpha before it scales, so transparent pixels do not bleed their colour into the edge.
  return pixels.resize({ width: size.widthPx, height: size.heightPx, fit: 'fill' });
}

/** 85 is where a doubling of bytes stops being seen in a face on a phone's screen. */
const JPEG_QUALITY = 85;
/** Pictures this small keep full colour resolution: halved, a 24-pixel face smears, and it costs some 50 to 400 bytes. */
const FULL_CHROMA_MAX_SIDE_PX = 100;
/** 9 takes three times as long for a file about one in a hundred smaller; 2 is no faster and a tenth larger. */
const PNG_COMPRESSION_LEVEL = 4;
/** 7, the default, takes three times as long for a 512-pixel square and saves about 15 %; 1 saves no time. */
const GIF_EFFORT = 4;

/**
 * mozjpeg halves a noisy JPEG, but makes all nine take four times as long; they wait in front of a person.
 * PNG rows choose their filter (`adaptiveFiltering`): photos become less than half as large, flat drawings stay as they are.
 */
const ENCODERS = {
  jpeg: (pixels, { widthPx, heightPx }) =>
    pixels.jpeg({
      quality: JPEG_QUALITY,
      chromaSubsampling: Math.max(widthPx, heightPx) <= FULL_CHROMA_MAX_SIDE_PX ? '4:4:4' : '4:2:0',
    }),
  png: (pixels) => pixels.png({ compressionLevel: PNG_COMPRESSION_LEVEL, adaptiveFiltering: true }),
  gif: (pixels) => pixels.gif({ effort: GIF_EFFORT }),
} as const satisfies Record<Format, (pixels: Sharp, size: Size) => Sharp>;
