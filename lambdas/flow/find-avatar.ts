import type { Avatar } from '../core/avatar.ts';
import { photoKey } from '../core/object-keys.ts';
import { bestSquareSide, type SizeSet } from '../core/stored-sizes.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';

interface AvatarStores {
  users: UserStore;
  photos: PhotoStore;
}

/** The picture for the hash of an e-mail address: the smallest square of at least `sidePx`, or the largest there is. */
export async function findAvatar(
  hash: string,
  sidePx: number,
  sizeSets: readonly SizeSet[],
  { users, photos }: AvatarStores,
): Promise<Avatar> {
  // The first read may be a moment old, and its picture gone by now. The second is consistent.
  for (const isConsistent of [false, true]) {
    const user = await users.withEmailHash(hash, isConsistent);
    if (user?.state !== 'active' || user.hidesAvatar) return {};
    if (user.photo === undefined) return { name: user.name };
    const side = bestSquareSide(user.photo, sidePx, sizeSets);
    const { version, format } = user.photo;
    const bytes = await photos.get(photoKey(user.id, version, { widthPx: side, heightPx: side }, format));
    if (bytes !== undefined) return { photo: { bytes, format, tag: `${version}-${side}` } };
  }
  // Deleted between the two reads.
  return {};
}
