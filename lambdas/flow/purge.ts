import { versionPrefix } from '../core/names.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';

/**
 * Deletes the objects of every evicted version, then takes the version off the list: a crash in between repeats the
 * delete, never forgets it.
 */
export async function purge(userId: string, stores: { users: UserStore; photos: PhotoStore }): Promise<void> {
  const evicted = (await stores.users.get(userId))?.evicted ?? [];
  for (const version of evicted) await stores.photos.removeAll(versionPrefix(userId, version));
  if (evicted.length > 0) await stores.users.forgetEvicted(userId, evicted);
}
