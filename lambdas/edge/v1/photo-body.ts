import type * as z from 'zod/mini';
import { photoPath, squareSide } from '../../core/object-keys.ts';
import { type ChosenCrop, MEDIA_TYPE, type Photo } from '../../core/photo.ts';
import { type SizeSet, squareSidesOf } from '../../core/stored-sizes.ts';
import type { User } from '../../core/user.ts';
import type { CropBody, PhotoBody, PhotosBody } from './schemas.ts';

/** What a user shows, and what they showed before, newest first: the body of `/v1/photo`. */
export const photosBody = (baseUrl: string, user: User, sets: readonly SizeSet[]): z.infer<typeof PhotosBody> => ({
  photo: user.photo === undefined ? null : photoBody(baseUrl, user.id, user.photo, sets),
  history: user.history.map((photo) => photoBody(baseUrl, user.id, photo, sets)),
  ...(user.photoLock !== undefined && { lock: { reason: user.photoLock } }),
});

export const photoBody = (
  baseUrl: string,
  userId: string,
  photo: Photo,
  sets: readonly SizeSet[],
): z.infer<typeof PhotoBody> => ({
  version: photo.version,
  media_type: MEDIA_TYPE[photo.format],
  width_px: photo.widthPx,
  height_px: photo.heightPx,
  number: photo.number,
  ...(photo.crop && { crop: cropBody(photo.crop) }),
  published_at: photo.publishedAt,
  /** Squares by their side in pixels, as far as the photo has them, and the whole of it. */
  urls: Object.fromEntries(
    [...new Set(squareSidesOf(sets).map((side) => String(squareSide(photo, side)))), 'original'].map((suffix) => [
      suffix,
      baseUrl + photoPath(userId, photo, suffix),
    ]),
  ),
});

export const cropBody = ({ x, y, side, by }: ChosenCrop): z.infer<typeof CropBody> => ({ x, y, w: side, by });
