import type { SourceLimits } from './api-responses.ts';
import { planCrop, planWhole, type Square } from './crop-plan.ts';
import { contextOf, drawScaled, toBlob } from './draw-scaled.ts';
import type { Picture } from './open-picture.ts';
import { MEDIA_TYPES } from './picture-kind.ts';
import type { PhotoUpload } from './send-photo.ts';

/**
 * The service draws the picture again, so it should lose little here. The lower ones are only for what is too large.
 */
const JPEG_QUALITIES = [0.95, 0.85, 0.75, 0.6];
/** Four times the largest side that the service shows, and within what browsers can draw. */
const MAX_DRAWN_SIDE_PX = 4_096;

/** The largest file that the service accepts in any way. */
export const mostBytes = ({ max_bytes, max_ticket_bytes }: SourceLimits): number => max_ticket_bytes ?? max_bytes;

/**
 * The file itself if the service accepts it, so that nothing is lost on the way. Otherwise the framed part, drawn anew.
 * @param square in the photo's pixels; undefined for the whole photo, which gets bars if it is not square
 */
export async function prepareUpload(
  picture: Picture,
  square: Square | undefined,
  limits: SourceLimits,
): Promise<PhotoUpload> {
  const { file, kind, widthPx, heightPx } = picture;
  const maxSidePx = limits.max_side_px ?? Number.MAX_SAFE_INTEGER;
  const isWithin =
    Math.max(widthPx, heightPx) <= maxSidePx &&
    widthPx * heightPx <= limits.max_pixels &&
    file.size <= mostBytes(limits);
  const isAsItIs = square !== undefined || widthPx === heightPx;
  if (isWithin && isAsItIs && kind !== undefined && limits.formats.includes(kind)) {
    return { image: file, mediaType: MEDIA_TYPES[kind], crop: square };
  }

  const sides = { minSidePx: limits.min_side_px, maxSidePx: Math.min(maxSidePx, MAX_DRAWN_SIDE_PX) };
  const plan = square ? planCrop(picture, square, sides) : planWhole(picture, sides);
  const canvas = document.createElement('canvas');
  canvas.width = plan.size.widthPx;
  canvas.height = plan.size.heightPx;
  const context = contextOf(canvas);
  // Bars are black for a photo, and transparent for a picture with transparency.
  if (!square && kind === 'jpeg') context.fillRect(0, 0, canvas.width, canvas.height);
  drawScaled(picture.full, plan.region, context, plan.place);
  const image = await encoded(canvas, context, mostBytes(limits));
  return { image, mediaType: image.type, crop: plan.crop };
}

/** PNG if anything is transparent, or else JPEG, within the service's limit. */
async function encoded(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, maxBytes: number): Promise<Blob> {
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  if (data.some((value, index) => index % 4 === 3 && value < 255)) {
    const png = await toBlob(canvas, 'image/png');
    if (png.size <= maxBytes) return png;
  }
  // JPEG has no transparency. What was transparent becomes black, like bars.
  context.globalCompositeOperation = 'destination-over';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const quality of JPEG_QUALITIES) {
    const jpeg = await toBlob(canvas, 'image/jpeg', quality);
    if (jpeg.size <= maxBytes || quality === JPEG_QUALITIES.at(-1)) return jpeg;
  }
  throw new Error('no quality to try');
}
