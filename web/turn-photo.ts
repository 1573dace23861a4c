import type { Turn } from './crop-plan.ts';
import { contextOf, toBlob } from './draw-scaled.ts';
import { turnedLeft, turnedRight, withOrientation } from './jpeg-orientation.ts';
import type { Picture } from './open-picture.ts';

/** The photo after a quarter turn: a JPEG by its orientation, anything else drawn anew, without loss. */
export const turnedFile = (picture: Picture, turn: Turn): Promise<Blob> =>
  picture.kind === 'jpeg'
    ? withOrientation(picture.file, turn === 'right' ? turnedRight : turnedLeft)
    : drawnTurned(picture, turn);

function drawnTurned({ full, widthPx, heightPx }: Picture, turn: Turn): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = heightPx;
  canvas.height = widthPx;
  const context = contextOf(canvas);
  if (turn === 'right') context.translate(heightPx, 0);
  else context.translate(0, widthPx);
  context.rotate(turn === 'right' ? Math.PI / 2 : -Math.PI / 2);
  context.drawImage(full, 0, 0, widthPx, heightPx);
  return toBlob(canvas, 'image/png');
}
