import type * as z from 'zod/mini';
import type { SizeSet } from '../../core/stored-sizes.ts';
import type { User } from '../../core/user.ts';
import { photosBody } from './photo-body.ts';
import type { UserDetailsBody } from './schemas.ts';

/** A user as administrators see them. */
export const userDetails = (
  baseUrl: string,
  user: User,
  sets: readonly SizeSet[],
): z.infer<typeof UserDetailsBody> => ({
  user_id: user.id,
  slack_user_id: user.slackId,
  screen_name: user.screenName,
  name: user.name,
  email: user.email ?? null,
  active: user.state === 'active',
  // An issuer has no `#`.
  subject: user.identity?.slice(user.identity.indexOf('#') + 1) ?? null,
  photo_lock: user.photoLock === undefined ? null : { reason: user.photoLock },
  created_at: user.createdAt,
  ...photosBody(baseUrl, { ...user, photoLock: undefined }, sets),
});
