import { photoPath, SQUARE_SIDES_PX, squareSide } from '../../core/names.ts';
import { MEDIA_TYPE, type Photo } from '../../core/photo.ts';
import type { User } from '../../core/user.ts';

/** What a user shows, and what they showed before, newest first: the body of `/v1/photo`. */
export const photosOf = (baseUrl: string, user: User) => ({
  photo: user.photo === undefined ? null : photoBody(baseUrl, user.id, user.photo),
  history: user.history.map((photo) => photoBody(baseUrl, user.id, photo)),
});

const photoBody = (baseUrl: string, userId: string, photo: Photo) => ({
  version: photo.version,
  media_type: MEDIA_TYPE[photo.format],
  width_px: photo.widthPx,
  height_px: photo.heightPx,
  number: photo.number,
  published_at: photo.publishedAt,
  /** Squares by their side in pixels, as far as the photo has them, and the whole of it. */
  urls: Object.fromEntries(
    [...new Set(SQUARE_SIDES_PX.map((side) => String(squareSide(photo, side)))), 'original'].map((suffix) => [
      suffix,
      baseUrl + photoPath(userId, photo, suffix),
    ]),
  ),
});
