import { createHash } from 'node:crypto';
import { photoPath, SQUARE_SIDES_PX, squareSide } from '../../core/object-keys.ts';
import type { Photo } from '../../core/photo.ts';
import { lastChangeOf, type Team, type User } from '../../core/user.ts';
import { defaultPhotoPath } from '../default-photo.ts';

/** Pixels a side: `image_24` … `image_1024`. */
const SIZES_PX = SQUARE_SIDES_PX.slack;

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

/**
 * The fields of somebody without a photo. As at Slack, the hash begins with a `g`, and neither `image_1024`, `image_original` nor
 * `is_custom_image` is there: clients tell by these that there is no photo.
 */
const defaultFields = (baseUrl: string, userId: string): Record<string, string> => ({
  ...Object.fromEntries(
    SIZES_PX.filter((size) => size <= 512).map((size) => [`image_${size}`, baseUrl + defaultPhotoPath(String(size))]),
  ),
  // Slack's holds a digest of the e-mail address. Ours is of the id, which tells nobody anything.
  avatar_hash: `g${createHash('sha256').update(userId).digest('hex').slice(0, 11)}`,
});

/** `users.profile.get`'s profile. What Headshot does not keep is there and empty, as for a Slack user who filled in nothing. */
export function profileOf(baseUrl: string, user: User, withEmail: boolean) {
  const [firstName = '', ...more] = user.name.split(' ');
  return {
    title: '',
    phone: '',
    skype: '',
    real_name: user.name,
    real_name_normalized: user.name,
    display_name: user.screenName,
    display_name_normalized: user.screenName,
    first_name: firstName,
    last_name: more.join(' '),
    fields: {},
    status_text: '',
    status_text_canonical: '',
    status_emoji: '',
    status_emoji_display_info: [],
    status_expiration: 0,
    ...(user.photo
      ? { ...photoFields(baseUrl, user.id, user.photo), is_custom_image: true }
      : defaultFields(baseUrl, user.id)),
    ...(withEmail && user.email !== undefined && { email: user.email }),
  };
}

/** `users.info`'s user. */
export const userOf = (baseUrl: string, user: User, team: Team, withEmail: boolean) => ({
  id: user.slackId,
  team_id: team.id,
  name: user.screenName,
  deleted: user.state !== 'active',
  color: '9f69e7',
  real_name: user.name,
  tz: 'Etc/UTC',
  tz_label: 'Coordinated Universal Time',
  tz_offset: 0,
  profile: { ...profileOf(baseUrl, user, withEmail), team: team.id },
  is_admin: false,
  is_owner: false,
  is_primary_owner: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_bot: user.isBot ?? false,
  is_app_user: false,
  updated: Math.floor(Date.parse(lastChangeOf(user)) / 1000),
  is_email_confirmed: user.email !== undefined,
  who_can_share_contact_card: 'EVERYONE',
});
