import type { Box, Square } from './crop-plan.ts';
import { contextOf, drawScaled } from './draw-scaled.ts';
import type { Picture } from './open-picture.ts';

/** Draws the previews into the side panel's canvases: the largest from the photo, the smaller ones from that. */
export function drawPreviews(picture: Picture, square: Square | undefined): void {
  const [first, ...others] = document.querySelectorAll<HTMLCanvasElement>('#previews canvas');
  if (!first) return;
  drawPreview(first, Number(first.dataset.px) * density(), picture, square);
  for (const canvas of others) {
    const side = sized(canvas, Number(canvas.dataset.px) * density());
    const context = contextOf(canvas);
    context.clearRect(0, 0, side, side);
    drawScaled(first, all(first), context, all(canvas));
  }
}

/** Draws a preview into one canvas of `sidePx` of its own pixels a side. */
export function drawPreview(
  canvas: HTMLCanvasElement,
  sidePx: number,
  picture: Picture,
  square: Square | undefined,
): void {
  const side = sized(canvas, sidePx);
  const context = contextOf(canvas);
  context.clearRect(0, 0, side, side);
  const { work, scale } = picture;
  if (square) {
    const part = { x: square.x / scale, y: square.y / scale, width: square.side / scale, height: square.side / scale };
    drawScaled(work, part, context, all(canvas));
    return;
  }
  // The service's bars are black for a photo, and transparent for a picture with transparency.
  if (picture.kind === 'jpeg') context.fillRect(0, 0, side, side);
  const fit = side / Math.max(work.width, work.height);
  const [width, height] = [Math.max(1, work.width * fit), Math.max(1, work.height * fit)];
  drawScaled(work, all(work), context, { x: (side - width) / 2, y: (side - height) / 2, width, height });
}

function sized(canvas: HTMLCanvasElement, sidePx: number): number {
  if (canvas.width !== sidePx) {
    canvas.width = sidePx;
    canvas.height = sidePx;
  }
  return sidePx;
}

/** With more than twice the pixels, so small a picture looks no better. */
const density = (): number => Math.min(Math.ceil(devicePixelRatio), 2);

const all = ({ width, height }: HTMLCanvasElement): Box => ({ x: 0, y: 0, width, height });
