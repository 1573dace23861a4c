import { photoPath } from '../../core/object-keys.ts';
import type { User } from '../../core/user.ts';
import { defaultPhotoPath } from '../default-photo.ts';

/**
 * Twitter's user object, 1.1: the 38 keys of the sample on its page, in their order. What Headshot does not store has
 * the value of a new account.
 */
export function twitterUser(baseUrl: string, user: User, withEntities: boolean) {
  // Clients switch sizes by replacing `_normal` before the extension.
  const path = user.photo ? photoPath(user.id, user.photo, 'normal') : defaultPhotoPath('normal');
  return {
    contributors_enabled: false,
    created_at: twitterDate(user.createdAt),
    default_profile: true,
    default_profile_image: user.photo === undefined,
    description: '',
    favourites_count: 0,
    follow_request_sent: false,
    followers_count: 0,
    following: false,
    friends_count: 0,
    geo_enabled: false,
    id: Number(user.id),
    id_str: user.id,
    is_translator: false,
    lang: 'en',
    listed_count: 0,
    location: '',
    name: user.name,
    notifications: false,
    profile_background_color: 'C0DEED',
    profile_background_image_url: '',
    profile_background_image_url_https: '',
    profile_background_tile: false,
    profile_image_url: baseUrl.replace(/^https:/, 'http:') + path,
    profile_image_url_https: baseUrl + path,
    profile_link_color: '0084B4',
    profile_sidebar_border_color: 'C0DEED',
    profile_sidebar_fill_color: 'DDEEF6',
    profile_text_color: '333333',
    profile_use_background_image: true,
    protected: false,
    screen_name: user.screenName,
    show_all_inline_media: false,
    statuses_count: 0,
    time_zone: null,
    url: null,
    utc_offset: null,
    verified: false,
    ...(withEntities && { entities: { description: { urls: [] } } }),
  };
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu Aug 23 19:45:07 +0000 2012`, from ISO 8601. */
function twitterDate(iso: string): string {
  const date = new Date(iso);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} +0000 ${date.getUTCFullYear()}`;
}
