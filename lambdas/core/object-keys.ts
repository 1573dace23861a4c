import { EXTENSION, type Format, type NamedPhoto, type Size } from './photo.ts';

/**
 * The names of stored objects and public photo URLs. Nothing else knows them.
 *
 * A stored picture is named by its size, so equal pictures are stored once. A public name has the master's size, so
 * the stored object for any size follows by arithmetic. The edge function does it with this code, without a look-up.
 *
 *   public  /p/1024x768/776627022_0123456789abcdef0123_48.jpg
 *   stored  776627022/0123456789abcdef0123/48x48.jpg
 */

/** Sides of the stored squares, by the API whose clients ask for them. Those larger than the source are left out. */
export const SQUARE_SIDES_PX = {
  slack: [24, 32, 48, 72, 192, 512, 1024],
  twitter: [24, 48, 73, 400],
} as const;

/** The master fits into a square of this side. */
export const MASTER_MAX_SIDE_PX = 1024;

/** The widest suffixless original at Twitter ("Images with width larger than 400 pixels will be scaled down"). */
const ORIGINAL_MAX_WIDTH_PX = 400;

/** The size of Twitter's suffixless original: the master's own, if that is no wider than allowed. */
export function originalSize(master: Size): Size {
  if (master.widthPx <= ORIGINAL_MAX_WIDTH_PX) return { widthPx: master.widthPx, heightPx: master.heightPx };
  const heightPx = Math.max(1, Math.round((master.heightPx * ORIGINAL_MAX_WIDTH_PX) / master.widthPx));
  return { widthPx: ORIGINAL_MAX_WIDTH_PX, heightPx };
}

/** The side of the square that answers a request for `sidePx`: no larger than the master. */
export const squareSide = (master: Size, sidePx: number): number => Math.min(sidePx, master.widthPx, master.heightPx);

/** The size that the last part of a public name asks for; undefined if we have no such size. */
export function sizeOf(master: Size, suffix: string | undefined): Size | undefined {
  if (suffix === undefined) return originalSize(master);
  if (suffix === 'original') return master;
  const side = sideOf(suffix);
  if (side === undefined) return undefined;
  const stored = squareSide(master, side);
  return { widthPx: stored, heightPx: stored };
}

/** The side that a suffix means. Slack's are numbers. Twitter's are words, all but one (its profile images page). */
function sideOf(suffix: string): number | undefined {
  switch (suffix) {
    case 'mini':
      return 24;
    case 'normal':
      return 48;
    case 'bigger':
      return 73;
    // Undocumented, but widely used.
    case '400x400':
      return 400;
    default:
      return /^[1-9]\d{0,3}$/.test(suffix) ? Number(suffix) : undefined;
  }
}

export const versionPrefix = (userId: string, version: string): string => `${userId}/${version}/`;

export const photoKey = (userId: string, version: string, size: Size, format: Format): string =>
  `${versionPrefix(userId, version)}${size.widthPx}x${size.heightPx}.${EXTENSION[format]}`;

/** All of a user's pictures are under this. */
export const userPrefix = (userId: string): string => `${userId}/`;

/** All raw uploads are under this. */
export const RAW_PREFIX = 'raw/';

/**
 * The key of a raw upload: the bytes as they came, which are never served. With an `Idempotency-Key` it contains their
 * digest, so that other bytes of the same upload cannot overwrite the first.
 */
export const rawKey = (userId: string, uploadId: string, digest?: string): string =>
  `${rawPrefix(userId)}${uploadId}${digest === undefined ? '' : `.${digest}`}`;

/** All of a user's raw uploads are under this. */
export const rawPrefix = (userId: string): string => `${RAW_PREFIX}${userId}/`;

/** The upload id in a raw file's key. */
export const uploadIdOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1).split('.', 1)[0] ?? '';

/** A photo's public path in one size: `/p/…_<suffix>.<ext>`, or without a suffix. */
export function photoPath(userId: string, photo: NamedPhoto, suffix?: string): string {
  const stem = `/p/${photo.widthPx}x${photo.heightPx}/${userId}_${photo.version}`;
  return `${stem}${suffix === undefined ? '' : `_${suffix}`}.${EXTENSION[photo.format]}`;
}

const PUBLIC_NAME =
  /^\/p\/([1-9]\d{0,3})x([1-9]\d{0,3})\/([1-9]\d{0,15})_([0-9a-f]{20})(?:_([a-z0-9]+))?\.(jpg|png|gif)$/;

/**
 * The stored object for a public path; undefined if the path is not a photo's.
 * Also runs in the edge function, whose JavaScript has no destructuring.
 */
export function objectKey(path: string): string | undefined {
  const name = PUBLIC_NAME.exec(path) ?? [];
  const userId = name[3];
  const version = name[4];
  const size = sizeOf({ widthPx: Number(name[1]), heightPx: Number(name[2]) }, name[5]);
  if (userId === undefined || version === undefined || size === undefined) return undefined;
  return `${versionPrefix(userId, version)}${size.widthPx}x${size.heightPx}.${name[6]}`;
}
