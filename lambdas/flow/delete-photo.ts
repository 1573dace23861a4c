import { photosOf } from '../core/change.ts';
import { afterFirstWrite } from '../core/fault-after-write.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

interface DeletePhotoStores {
  users: UserStore;
  photos: PhotoStore;
  events: PhotoEvents;
}

const TRIES = 5;

/**
 * DELETE: shows no photo any more, unless a later change is shown already, and deletes every picture.
 * It is fine if there is no photo. False if there is no active user.
 * @throws if the record changes five times meanwhile
 */
export async function deletePhoto(userId: string, at: string, stores: DeletePhotoStores): Promise<boolean> {
  const number = await stores.users.takeNumber(userId, at);
  if (number === undefined) return false;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const user = await stores.users.get(userId);
    if (user === undefined || user.state !== 'active') return false;
    if (user.shown >= number) return true;
    if (!(await stores.users.clear(user, number, photosOf(user)))) continue;
    await afterFirstWrite(async () => {
      await stores.events.publish({ type: 'photo.deleted', userId, number });
      await deleteEvicted(userId, stores);
    });
    return true;
  }
  throw new Error(`user ${userId} changed ${TRIES} times while its photo was being deleted`);
}
