import type { SourceLimits } from './api-responses.ts';
import { planCrop, planWhole, type Square } from './crop-plan.ts';
import { contextOf, drawScaled, toBlob } from './draw-scaled.ts';
import type { Picture } from './open-picture.ts';
import type { PhotoUpload } from './send-photo.ts';

/** What is drawn here goes on being drawn there, so it loses little at first, and more only when it must. */
const JPEG_QUALITIES = [0.93, 0.85, 0.75, 0.6];

/**
 * The file itself when the API takes it as it is: then nothing is lost on the way. Otherwise what was framed, drawn anew.
 * @param square in the photo's pixels; undefined for the whole photo
 */
export async function prepareUpload(
  picture: Picture,
  square: Square | undefined,
  limits: SourceLimits,
): Promise<Pick<PhotoUpload, 'image' | 'crop'>> {
  const maxSidePx = limits.max_side_px ?? Number.MAX_SAFE_INTEGER;
  const sides = { minSidePx: limits.min_side_px, maxSidePx };
  const plan = square ? planCrop(picture, square, sides) : planWhole(picture, sides);
  const isWhole = plan.size.widthPx === picture.widthPx && plan.size.heightPx === picture.heightPx;
  const isWithin = Math.max(picture.widthPx, picture.heightPx) <= maxSidePx && picture.file.size <= limits.max_bytes;
  if (isWithin && (square || isWhole) && picture.kind !== undefined && limits.formats.includes(picture.kind)) {
    return { image: picture.file, crop: square };
  }

  const canvas = document.createElement('canvas');
  canvas.width = plan.size.widthPx;
  canvas.height = plan.size.heightPx;
  const context = contextOf(canvas);
  drawScaled(picture.full, plan.region, context, plan.place);
  const image = await encoded(canvas, context, limits.max_bytes);
  return { image, crop: plan.crop };
}

/** PNG where something shines through, JPEG otherwise, within the API's bytes. */
async function encoded(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, maxBytes: number): Promise<Blob> {
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  if (data.some((value, index) => index % 4 === 3 && value < 255)) {
    const png = await toBlob(canvas, 'image/png');
    if (png.size <= maxBytes) return png;
  }
  // JPEG knows no transparency; what shines through becomes black, as the service's bars are.
  context.globalCompositeOperation = 'destination-over';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const quality of JPEG_QUALITIES) {
    const jpeg = await toBlob(canvas, 'image/jpeg', quality);
    if (jpeg.size <= maxBytes || quality === JPEG_QUALITIES.at(-1)) return jpeg;
  }
  throw new Error('no quality to try');
}
