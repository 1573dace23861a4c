import { photoKey, versionPrefix } from '../core/object-keys.ts';
import { ALL_SIZE_SETS, storedSizes } from '../core/stored-sizes.ts';
import type { User } from '../core/user.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';

/**
 * Deletes the objects of every evicted photo, then takes the photo off the list. A crash in between repeats the delete.
 * The names follow from the master's size, because listing them would cost as much as storing a picture. All sizes are
 * tried, not only those made today. The sweep finds anything else.
 * @param record the user's, if it was just read or written
 */
export async function deleteEvicted(
  userId: string,
  stores: { users: UserStore; photos: PhotoStore },
  record?: User,
): Promise<void> {
  const evicted = (record ?? (await stores.users.get(userId)))?.evicted ?? [];
  for (const photo of evicted) {
    if ('format' in photo) {
      const { version, format } = photo;
      const sizes = storedSizes(photo, ALL_SIZE_SETS);
      await stores.photos.remove(sizes.map((size) => photoKey(userId, version, size, format)));
    } else {
      await stores.photos.removeAll(versionPrefix(userId, photo.version));
    }
  }
  if (evicted.length > 0) await stores.users.removeEvicted(userId, evicted);
}
