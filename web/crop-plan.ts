/** A square of a picture, in its upright pixels. */
export interface Square {
  x: number;
  y: number;
  side: number;
}

export interface Size {
  widthPx: number;
  heightPx: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What to cut from the upright photo, the size and place that it is drawn in, and the square to request of that. */
interface CropPlan {
  region: Box;
  size: Size;
  place: Box;
  /** In pixels of `size`; undefined for the whole picture. */
  crop: Square | undefined;
}

/** The sides that the API accepts, in pixels. */
interface SideLimits {
  minSidePx: number;
  maxSidePx: number;
}

/**
 * The framed square at its own resolution, or scaled down to the largest side that the API accepts. A square below the
 * smallest side is sent with its surroundings and a crop box. Nothing is ever enlarged. If the photo is too small for
 * that, it is sent as it is, and the service decides.
 */
export function planCrop(photo: Size, square: Square, { minSidePx, maxSidePx }: SideLimits): CropPlan {
  const scale = Math.min(1, maxSidePx / square.side);
  // Only a square that is not scaled down can be too small.
  const width = Math.min(Math.max(square.side, minSidePx), photo.widthPx);
  const height = Math.min(Math.max(square.side, minSidePx), photo.heightPx);
  const x = around(square.x, square.side, width, photo.widthPx);
  const y = around(square.y, square.side, height, photo.heightPx);
  const size = { widthPx: Math.round(width * scale), heightPx: Math.round(height * scale) };
  return {
    region: { x, y, width, height },
    size,
    place: all(size),
    crop: {
      x: Math.round((square.x - x) * scale),
      y: Math.round((square.y - y) * scale),
      side: Math.round(square.side * scale),
    },
  };
}

/** The whole photo in a square with bars, scaled down to the largest side that is drawn. */
export function planWhole(photo: Size, { maxSidePx }: Pick<SideLimits, 'maxSidePx'>): CropPlan {
  const long = Math.max(photo.widthPx, photo.heightPx);
  const scale = Math.min(1, maxSidePx / long);
  const side = Math.round(long * scale);
  const width = Math.max(1, Math.round(photo.widthPx * scale));
  const height = Math.max(1, Math.round(photo.heightPx * scale));
  const x = Math.floor((side - width) / 2);
  const y = Math.floor((side - height) / 2);
  const size = { widthPx: side, heightPx: side };
  return { region: all(photo), size, place: { x, y, width, height }, crop: undefined };
}

/** A quarter turn. */
export type Turn = 'left' | 'right';

/** The same square in the turned photo. */
export const turnedSquare = ({ x, y, side }: Square, { widthPx, heightPx }: Size, turn: Turn): Square =>
  turn === 'right' ? { x: heightPx - y - side, y: x, side } : { x: y, y: widthPx - x - side, side };

const all = ({ widthPx, heightPx }: Size): Box => ({ x: 0, y: 0, width: widthPx, height: heightPx });

/** The start of `length` pixels around the `side` pixels from `start`, centred as far as `end` allows. */
const around = (start: number, side: number, length: number, end: number): number =>
  Math.max(0, Math.min(start - Math.floor((length - side) / 2), end - length));
