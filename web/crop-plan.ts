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

/** What to cut out of the upright photo, the picture that it is drawn into and where, and which square of that to ask for. */
interface CropPlan {
  region: Box;
  size: Size;
  place: Box;
  /** In the pixels of `size`; undefined when the whole picture is meant. */
  crop: Square | undefined;
}

/** A side that the API takes, in pixels. */
interface SideLimits {
  minSidePx: number;
  maxSidePx: number;
}

/**
 * The framed square at its own resolution, scaled down to the largest side that the API takes. A square that is smaller than
 * the smallest side brings its surroundings along, and a crop box that leaves them out again; nothing is ever enlarged.
 * Where the photo has too little for that, it goes as it is, and the service says what it thinks of it.
 */
export function planCrop(photo: Size, square: Square, { minSidePx, maxSidePx }: SideLimits): CropPlan {
  const scale = Math.min(1, maxSidePx / square.side);
  // Only a square that is not scaled down can be below the minimum.
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

/** The whole photo in the middle of a square with bars, scaled down to the largest side that is drawn. */
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

/** By a quarter. */
export type Turn = 'left' | 'right';

/** The same square of a photo that was turned. */
export const turnedSquare = ({ x, y, side }: Square, { widthPx, heightPx }: Size, turn: Turn): Square =>
  turn === 'right' ? { x: heightPx - y - side, y: x, side } : { x: y, y: widthPx - x - side, side };

const all = ({ widthPx, heightPx }: Size): Box => ({ x: 0, y: 0, width: widthPx, height: heightPx });

/** The start of `length` pixels that hold `side` of them from `start`, as near to the middle as the end allows. */
const around = (start: number, side: number, length: number, end: number): number =>
  Math.max(0, Math.min(start - Math.floor((length - side) / 2), end - length));
