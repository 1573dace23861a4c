import type { Entry } from '../env.ts';

/**
 * The paths as data: `infra/` makes API Gateway resources and CloudFront behaviours from them, the entries look up
 * what was asked. A path that is not listed goes to `read`, which answers not-found in the dialect's words.
 */
export type Dialect = 'slack' | 'twitter' | 'v1';

/** First path segments of each dialect, as CloudFront tells them apart. */
export const PREFIXES = {
  slack: ['api'],
  twitter: ['1.1', '1'],
  v1: ['v1'],
} as const satisfies Record<Dialect, readonly string[]>;

/** Paths that change something; everything else under a dialect's prefixes only reads. */
export const CHANGES = {
  slack: ['/api/users.setPhoto', '/api/users.deletePhoto'],
  twitter: ['/1.1/account/update_profile_image.json'],
  v1: ['/v1/photo', '/v1/photo/uploads', '/v1/photo/undo', '/v1/photo/restore', '/v1/user'],
} as const satisfies Record<Dialect, readonly string[]>;

/** What administrators do, to others below `/v1/users`; there only where a deployment has administrators. GET of a photo is everybody's. */
export const ADMINISTRATORS_PATHS = {
  users: '/v1/users',
  user: '/v1/users/{id}',
  photo: '/v1/users/{id}/photo',
  webhooks: '/v1/webhooks',
} as const;

/** Those of them that take a picture, and so hold a place for longer than the others. */
export const UPLOADS = {
  slack: ['/api/users.setPhoto'],
  twitter: ['/1.1/account/update_profile_image.json'],
  v1: ['/v1/photo'],
} as const satisfies { [D in Dialect]: readonly (typeof CHANGES)[D][number][] };

/** Answered by `read` like the rest of its dialect, but the same for everybody, so that the CDN may keep it. */
export const DEFAULT_PHOTO_PREFIX = '/v1/default-photo/';

/** The addresses of photos that stay, for everybody too; `*` stands for a user's id, as CloudFront's patterns have it. */
export const USER_PHOTO_PATTERN = '/v1/users/*/photo';

/** Avatars by the hash of an e-mail address, for everybody; not a dialect: nothing but GET, and nobody to be told apart. */
export const AVATAR_PREFIX = '/avatar/';


export const DIALECTS = Object.keys(PREFIXES) as Dialect[];

/** The dialect of a path; undefined for photos and the page. */
export function dialectOf(path: string): Dialect | undefined {
  const first = path.split('/', 2)[1];
  return DIALECTS.find((dialect) => (PREFIXES[dialect] as readonly string[]).includes(first ?? ''));
}
