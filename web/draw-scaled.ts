import type { Box } from './crop-plan.ts';

/**
 * Draws a part of a picture smaller, by halves as long as possible. In one large step, browsers that look only at a
 * pixel's neighbours would skip pixels.
 */
export function drawScaled(source: CanvasImageSource, part: Box, onto: CanvasRenderingContext2D, place: Box): void {
  let [from, box] = [source, part];
  while (box.width > 2 * place.width && box.height > 2 * place.height) {
    const half = document.createElement('canvas');
    half.width = Math.max(1, Math.ceil(box.width / 2));
    half.height = Math.max(1, Math.ceil(box.height / 2));
    const context = contextOf(half);
    context.drawImage(from, box.x, box.y, box.width, box.height, 0, 0, half.width, half.height);
    [from, box] = [half, { x: 0, y: 0, width: half.width, height: half.height }];
  }
  onto.drawImage(from, box.x, box.y, box.width, box.height, place.x, place.y, place.width, place.height);
}

/** @throws Error if the browser has no memory for it */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas context');
  context.imageSmoothingQuality = 'high';
  return context;
}

export const toBlob = (canvas: HTMLCanvasElement, type: string, quality?: number): Promise<Blob> =>
  new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error(`${type} could not be written`))), type, quality),
  );
