import { stepTo } from '../core/change.ts';
import type { LookUpRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import type { User } from '../core/user.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { UserStore } from '../store/users.ts';

const TRIES = 5;

/**
 * RESTORE: shows a photo of the history, unless a later change is shown already. The one it replaces becomes history,
 * so nothing is deleted. Returns the new record. Restoring the photo that is shown changes nothing.
 * @throws if the record changes five times meanwhile
 */
export async function restorePhoto(
  userId: string,
  version: string,
  at: string,
  { users, events }: { users: UserStore; events: PhotoEvents },
): Promise<Result<User, LookUpRefusal>> {
  const before = await users.get(userId);
  if (before?.photo?.version === version) return accepted(before);
  // Checked first, so that a pointless restore takes no number: it would supersede an upload on its way.
  if (before === undefined || stepTo(before, version) === undefined) return unknown(before, version);
  const number = await users.takeNumber(userId, at);
  if (number === undefined) return unknown(before, version);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const user = await users.get(userId);
    if (user !== undefined && user.shown >= number) return accepted(user);
    const step = user && stepTo(user, version);
    if (user === undefined || step === undefined) return unknown(user, version);
    const shown = await users.show(user, number, step.photo, step.history, []);
    if (shown === undefined) continue;
    await events.publish({ type: 'photo.restored', userId, number, photo: step.photo });
    return accepted(shown);
  }
  throw new Error(`user ${userId} changed ${TRIES} times while a restore was under way`);
}

const unknown = (user: User | undefined, version: string) =>
  refused({
    code: 'unknown-version' as const,
    given: version.slice(0, 40),
    versions: user?.history.map((photo) => photo.version) ?? [],
  });
