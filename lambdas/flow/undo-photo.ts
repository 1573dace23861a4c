import { stepBack } from '../core/change.ts';
import type { Photo } from '../core/photo.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

interface UndoStores {
  users: UserStore;
  photos: PhotoStore;
  events: PhotoEvents;
}

const TRIES = 5;

/**
 * UNDO: shows the previous photo, unless a later change is shown already, and deletes the pictures of the one it
 * replaces. Returns the photo that is then shown; undefined if the history is empty or there is no active user.
 * @throws if the record changes five times meanwhile
 */
export async function undoPhoto(userId: string, at: string, stores: UndoStores): Promise<Photo | undefined> {
  const before = await stores.users.get(userId);
  // Checked first, so that a pointless undo takes no number: it would supersede an upload on its way.
  if (before === undefined || stepBack(before) === undefined) return undefined;
  const number = await stores.users.takeNumber(userId, at);
  if (number === undefined) return undefined;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const user = await stores.users.get(userId);
    const step = user && stepBack(user);
    if (user === undefined || step === undefined) return undefined;
    if (user.shown >= number) return user.photo;
    const shown = await stores.users.show(user, number, step.photo, step.history, step.evicted);
    if (shown === undefined) continue;
    await stores.events.publish({ type: 'photo.restored', userId, number, photo: step.photo });
    await deleteEvicted(userId, stores, shown);
    return step.photo;
  }
  throw new Error(`user ${userId} changed ${TRIES} times while an undo was under way`);
}
