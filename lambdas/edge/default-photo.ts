import { sizeOf } from '../core/object-keys.ts';
import { type Colour, drawSquare, MAX_COLOURS } from './png.ts';
import { DEFAULT_PHOTO_PREFIX } from './routes.ts';

/**
 * The default photo: a bright head and shoulders on grey, drawn here and therefore ours. Its names follow Twitter's
 * `default_profile_images/default_profile_normal.png`, so that clients which switch suffixes find every size.
 */

/** The size of a default photo without a suffix. */
const MASTER = { widthPx: 1024, heightPx: 1024 };

/** The path of the default photo in one size. Suffixes are those of photos. */
export const defaultPhotoPath = (suffix: string): string => `${DEFAULT_PHOTO_PREFIX}default_profile_${suffix}.png`;

/** The PNG for such a path; undefined for any other. */
export function defaultPhoto(path: string): Buffer | undefined {
  const suffix = /^default_profile(?:_([a-z0-9]+))?\.png$/.exec(path.slice(DEFAULT_PHOTO_PREFIX.length))?.[1];
  const size = path === `${DEFAULT_PHOTO_PREFIX}default_profile.png` || suffix ? sizeOf(MASTER, suffix) : undefined;
  return size && drawDefaultPhoto(size.widthPx);
}

const BACKGROUND = [0xcc, 0xd6, 0xdd] as const;
const FIGURE = [0xf5, 0xf8, 0xfa] as const;

/** Shades between the two, for smooth edges. */
const COLOURS = Array.from({ length: MAX_COLOURS }, (_, shade): Colour => {
  const between = (channel: 0 | 1 | 2) =>
    Math.round(BACKGROUND[channel] + ((FIGURE[channel] - BACKGROUND[channel]) * shade) / (MAX_COLOURS - 1));
  return [between(0), between(1), between(2)];
});

/** Draws it `sidePx` wide and high, as a PNG with a palette. */
export const drawDefaultPhoto = (sidePx: number): Buffer =>
  drawSquare(sidePx, COLOURS, (x, y) =>
    Math.round(cover((x + 0.5) / sidePx, (y + 0.5) / sidePx, sidePx) * (MAX_COLOURS - 1)),
  );

/** How much of a pixel the figure covers, 0 to 1, from its distance to the edge. The square's sides are at 0 and 1. */
function cover(x: number, y: number, sidePx: number): number {
  const head = 0.17 - Math.hypot(x - 0.5, y - 0.4);
  // Shoulders: an ellipse 0.64 wide whose centre is at the bottom edge.
  const shoulders = (1 - Math.hypot((x - 0.5) / 0.32, (y - 1) / 0.37)) * 0.32;
  return Math.min(1, Math.max(0, Math.max(head, shoulders) * sidePx + 0.5));
}
