import { identityKey } from '../core/identity.ts';
import type { LookUpRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { User, UserChange, UserQuery } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';
import { isEmail, MAX_NAME_LENGTH } from './create-user.ts';
import { findByScreenName } from './find-user.ts';
import { findByIdentity } from './user-of-identity.ts';

/** The users that a query finds, without erased ones. Several may have one e-mail address. */
export async function findUsers({ by, value }: UserQuery, issuer: string, users: UserStore): Promise<User[]> {
  if (by === 'email') return isEmail(value) ? users.withEmail(value) : [];
  if (by === 'screen_name') {
    const found = await findByScreenName(value, users);
    return found.ok ? [found.value] : [];
  }
  const isPossible = value !== '' && Buffer.byteLength(value) <= MAX_SUBJECT_BYTES;
  const found = isPossible ? await findByIdentity(identityKey({ issuer, subject: value }), users) : undefined;
  return found === undefined || found.state === 'erased' ? [] : [found];
}

/** OpenID Connect Core, section 2. */
const MAX_SUBJECT_BYTES = 255;
const MAX_REASON_LENGTH = 200;

/** Makes an administrator's change to a user. Returns the new record. */
export async function changeUser(
  user: User,
  change: UserChange,
  users: UserStore,
): Promise<Result<User, LookUpRefusal>> {
  const refusal = refusalOf(change);
  if (refusal !== undefined) return refused(refusal);
  const { email } = change;
  // As when a user is created, the address leads to the user before the record names it.
  if (email && email !== user.email) await users.noteEmail(email, user.id);
  if (!(await users.change(user.id, change))) return refused({ code: 'unknown-user' });
  const isOther = email !== undefined && email?.toLowerCase() !== user.email?.toLowerCase();
  if (user.email !== undefined && isOther) await users.releaseEmail(user.email, user.id);
  const after = await users.get(user.id);
  return after === undefined ? refused({ code: 'unknown-user' }) : accepted(after);
}

function refusalOf({ name, email, photoLock }: UserChange): LookUpRefusal | undefined {
  if (name !== undefined && !isPrintable(name, MAX_NAME_LENGTH)) {
    return bad('name', name, `1 to ${MAX_NAME_LENGTH} characters without line breaks`);
  }
  if (email && !isEmail(email)) return bad('email', email, 'an e-mail address, or null');
  if (typeof photoLock === 'string' && !isPrintable(photoLock, MAX_REASON_LENGTH)) {
    return bad('photo_lock.reason', photoLock, `1 to ${MAX_REASON_LENGTH} characters without line breaks`);
  }
  return undefined;
}

const isPrintable = (text: string, maxLength: number): boolean =>
  text.trim() !== '' && [...text].length <= maxLength && !/\p{Cc}/u.test(text);

const bad = (argument: string, given: string, allowed: string): LookUpRefusal => ({
  code: 'bad-argument',
  argument,
  given: given.slice(0, 40),
  allowed,
});
