import { EXTENSION, type Format, type NamedPhoto, type Size } from './photo.ts';

/**
 * How stored objects and public photo URLs are spelled. The one place that knows.
 *
 * A stored picture is named by its dimensions, so equal pictures have one name and are stored once.
 * A public name carries the master's dimensions, so that every size a client may ask for maps to a stored
 * object by arithmetic alone: the edge function does it without a look-up, in the same code as here.
 *
 *   public  /p/1024x768/776627022_0123456789abcdef0123_48.jpg
 *   stored  776627022/0123456789abcdef0123/48x48.jpg
 */

/** Sides of the squares that are stored, where the source has them, by the dialect that asks for them. */
export const SQUARE_SIDES_PX = {
  slack: [24, 32, 48, 72, 192, 512, 1024],
  twitter: [24, 48, 73, 400],
} as const;

/** The master fits into a square of this side. */
export const MASTER_MAX_SIDE_PX = 1024;

/** Twitter's suffixless original is at most this wide (its page: "Images with width larger than 400 pixels will be scaled down"). */
export const ORIGINAL_MAX_WIDTH_PX = 400;

/** Width and height of the picture that is Twitter's suffixless original; the master itself if it is no wider. */
export function originalSize(master: Size): Size {
  if (master.widthPx <= ORIGINAL_MAX_WIDTH_PX) return { widthPx: master.widthPx, heightPx: master.heightPx };
  const heightPx = Math.max(1, Math.round((master.heightPx * ORIGINAL_MAX_WIDTH_PX) / master.widthPx));
  return { widthPx: ORIGINAL_MAX_WIDTH_PX, heightPx };
}

/** The side of the square that serves a request for `sidePx`: never larger than the master has. */
export const squareSide = (master: Size, sidePx: number): number => Math.min(sidePx, master.widthPx, master.heightPx);

/** The size that a public name's last part asks for; undefined when it is none of ours. */
export function sizeOf(master: Size, suffix: string | undefined): Size | undefined {
  if (suffix === undefined) return originalSize(master);
  if (suffix === 'original') return master;
  const side = sideOf(suffix);
  if (side === undefined) return undefined;
  const stored = squareSide(master, side);
  return { widthPx: stored, heightPx: stored };
}

/** The side of a square that a suffix names: Slack's are numbers, Twitter's words (its profile images page), but one. */
function sideOf(suffix: string): number | undefined {
  switch (suffix) {
    case 'mini':
      return 24;
    case 'normal':
      return 48;
    case 'bigger':
      return 73;
    // Undocumented and widely used.
    case '400x400':
      return 400;
    default:
      return /^[1-9]\d{0,3}$/.test(suffix) ? Number(suffix) : undefined;
  }
}

export const versionPrefix = (userId: string, version: string): string => `${userId}/${version}/`;

export const photoKey = (userId: string, version: string, size: Size, format: Format): string =>
  `${versionPrefix(userId, version)}${size.widthPx}x${size.heightPx}.${EXTENSION[format]}`;

/** All of a user's pictures lie under this. */
export const userPrefix = (userId: string): string => `${userId}/`;

/** All raw uploads lie under this. */
export const RAW_PREFIX = 'raw/';

/**
 * Raw uploads, as they came, never served. Where an upload may be sent again (`Idempotency-Key`), the digest of its bytes belongs to the name:
 * other bytes of the same upload cannot take the place of the first ones.
 */
export const rawKey = (userId: string, uploadId: string, digest?: string): string =>
  `${rawPrefix(userId)}${uploadId}${digest === undefined ? '' : `.${digest}`}`;

/** All of a user's raw uploads lie under this. */
export const rawPrefix = (userId: string): string => `${RAW_PREFIX}${userId}/`;

/** The upload of a raw file. */
export const uploadIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).split('.', 1)[0] ?? '';

/** The public path of a photo in one size: `/p/…_<suffix>.<ext>`, or without a suffix. */
export function photoPath(userId: string, photo: NamedPhoto, suffix?: string): string {
  const stem = `/p/${photo.widthPx}x${photo.heightPx}/${userId}_${photo.version}`;
  return `${stem}${suffix === undefined ? '' : `_${suffix}`}.${EXTENSION[photo.format]}`;
}

const PUBLIC_NAME =
  /^\/p\/([1-9]\d{0,3})x([1-9]\d{0,3})\/([1-9]\d{0,15})_([0-9a-f]{20})(?:_([a-z0-9]+))?\.(jpg|png|gif)$/;

/**
 * The stored object behind a public path; undefined for anything that is not a photo's name.
 * The edge function runs this too, in a JavaScript without destructuring: hence the plain spelling.
 */
export function objectKey(path: string): string | undefined {
  const name = PUBLIC_NAME.exec(path) ?? [];
  const userId = name[3];
  const version = name[4];
  const size = sizeOf({ widthPx: Number(name[1]), heightPx: Number(name[2]) }, name[5]);
  if (userId === undefined || version === undefined || size === undefined) return undefined;
  return `${versionPrefix(userId, version)}${size.widthPx}x${size.heightPx}.${name[6]}`;
}
