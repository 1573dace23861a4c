import { MEDIA_TYPE, type Photo } from '../lambdas/core/photo.ts';
import type { User } from '../lambdas/core/user.ts';

/** A user's photos, in the words of `/v1/photo`. */
export const photosOf = ({ photo, history }: Pick<User, 'photo' | 'history'>) => ({
  photo: photo === undefined ? null : photoSummary(photo),
  history: history.map(photoSummary),
});

const photoSummary = ({ version, format, widthPx, heightPx, number, crop, publishedAt }: Photo) => ({
  version,
  media_type: MEDIA_TYPE[format],
  width_px: widthPx,
  height_px: heightPx,
  number,
  ...(crop && { crop: { x: crop.x, y: crop.y, w: crop.side, by: crop.by } }),
  published_at: publishedAt,
});
