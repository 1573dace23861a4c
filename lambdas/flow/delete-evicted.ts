import { photoKey, versionPrefix } from '../core/object-keys.ts';
import { ALL_SIZE_SETS, storedSizes } from '../core/stored-sizes.ts';
import type { User } from '../core/user.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';

/**
 * Deletes the objects of every evicted photo, then takes the photo off the list: a crash in between repeats the delete, never
 * forgets it. By the names that follow from its master, without a look: a listing costs as much as a stored picture. All sizes
 * there are, not the ones that are made today; whatever else lay beside them the sweep finds.
 * @param record the user's, where it was read or written just now
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
