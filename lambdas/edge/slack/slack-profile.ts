import { photoPath, squareSide } from '../../core/names.ts';
import type { Photo } from '../../core/photo.ts';
import type { Team, User } from '../../core/user.ts';
import { defaultPhotoPath } from '../default-photo.ts';

/** Slack's image sizes, in pixels a side (`image_24` … `image_1024`). */
const SIZES_PX = [24, 32, 48, 72, 192, 512, 1024] as const;

/**
 * The nine fields of a photo, as `users.setPhoto` answers them. Nothing is enlarged: where the source is smaller, the
 * larger keys point at the largest square there is.
 */
export const photoFields = (baseUrl: string, userId: string, photo: Photo): Record<string, string> => ({
  ...Object.fromEntries(
    SIZES_PX.map((size) => [`image_${size}`, baseUrl + photoPath(userId, photo, String(squareSide(photo, size)))]),
  ),
  image_original: baseUrl + photoPath(userId, photo, 'original'),
  // Slack's rule: the first 12 of the 20 hex digits in the URL.
  avatar_hash: photo.version.slice(0, 12),
});

/** The fields of somebody without a photo. */
const defaultFields = (baseUrl: string): Record<string, string> => ({
  ...Object.fromEntries(SIZES_PX.map((size) => [`image_${size}`, baseUrl + defaultPhotoPath(String(size))])),
  avatar_hash: '',
});

/** `users.profile.get`'s profile. What Headshot does not keep is there and empty, as for a Slack user who filled in nothing. */
export const profileOf = (baseUrl: string, user: User) => ({
  title: '',
  phone: '',
  skype: '',
  real_name: user.name,
  real_name_normalized: user.name,
  display_name: user.screenName,
  display_name_normalized: user.screenName,
  fields: {},
  status_text: '',
  status_emoji: '',
  status_expiration: 0,
  ...(user.photo ? { ...photoFields(baseUrl, user.id, user.photo), is_custom_image: true } : defaultFields(baseUrl)),
  ...(user.email !== undefined && { email: user.email }),
});

/** `users.info`'s user. */
export const userOf = (baseUrl: string, user: User, team: Team) => ({
  id: user.slackId,
  team_id: team.id,
  name: user.screenName,
  deleted: user.state !== 'active',
  real_name: user.name,
  tz: 'Etc/UTC',
  tz_label: 'Coordinated Universal Time',
  tz_offset: 0,
  profile: { ...profileOf(baseUrl, user), team: team.id },
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_bot: false,
  is_app_user: false,
  updated: Math.floor(Date.parse(user.changedAt ?? user.createdAt) / 1000),
});
