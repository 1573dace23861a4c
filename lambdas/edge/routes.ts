/**
 * The paths as data: `infra/` makes API Gateway resources and CloudFront behaviours of them, and the entries look
 * requests up. A path that is not listed goes to `read`, which answers not-found in the dialect's words.
 */
export type Dialect = 'slack' | 'twitter' | 'v1';

/** The first path segments of each dialect, by which CloudFront tells them apart. */
export const PREFIXES = {
  slack: ['api'],
  twitter: ['1.1', '1'],
  v1: ['v1'],
} as const satisfies Record<Dialect, readonly string[]>;

/** Paths that change something. Everything else under a dialect's prefixes only reads. */
export const CHANGES = {
  slack: ['/api/users.setPhoto', '/api/users.deletePhoto'],
  twitter: ['/1.1/account/update_profile_image.json'],
  v1: ['/v1/photo', '/v1/photo/uploads', '/v1/photo/undo', '/v1/photo/restore', '/v1/user'],
} as const satisfies Record<Dialect, readonly string[]>;

/** For administrators, only in deployments that have some. GET of a user's photo is for everybody. */
export const ADMINISTRATORS_PATHS = {
  users: '/v1/users',
  user: '/v1/users/{id}',
  photo: '/v1/users/{id}/photo',
  webhooks: '/v1/webhooks',
} as const;

/** Paths that take a picture, and therefore keep a function busy for longer. */
export const UPLOADS = {
  slack: ['/api/users.setPhoto'],
  twitter: ['/1.1/account/update_profile_image.json'],
  v1: ['/v1/photo'],
} as const satisfies { [D in Dialect]: readonly (typeof CHANGES)[D][number][] };

/** Answered by `read`, but the same for everybody, so that the CDN may keep it. */
export const DEFAULT_PHOTO_PREFIX = '/v1/default-photo/';

/** Lasting URLs of users' photos, for everybody. `*` is the user's id, in CloudFront's pattern. */
export const USER_PHOTO_PATTERN = '/v1/users/*/photo';

/** Avatars by the hash of an e-mail address, for everybody. Not a dialect: only GET, and no callers to tell apart. */
export const AVATAR_PREFIX = '/avatar/';

export const DIALECTS = Object.keys(PREFIXES) as Dialect[];

/** The dialect of a path; undefined for photos and the page. */
export function dialectOf(path: string): Dialect | undefined {
  const first = path.split('/', 2)[1];
  return DIALECTS.find((dialect) => (PREFIXES[dialect] as readonly string[]).includes(first ?? ''));
}
