import { photosOf, versionOf } from '../core/change.ts';
import type { User } from '../core/user.ts';
import type { BatchClaim } from '../store/import-batch-item.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportChanges, RollBack } from '../store/import-changes.ts';
import type { PhotoEvents } from '../store/photo-events.ts';
import type { PhotoStore } from '../store/photos.ts';
import type { UserStore } from '../store/users.ts';
import { deleteEvicted } from './delete-evicted.ts';

interface UndoStores {
  users: UserStore;
  importChanges: ImportChanges;
  batches: BatchStore;
  photos: PhotoStore;
  events: PhotoEvents;
}

/**
 * `restored`: an earlier photo is shown again. `removed`: there was none. `kept`: something else is or will be shown.
 */
type Undone = 'restored' | 'removed' | 'kept';

/** How often other changes of the user may come in between a read and a write. */
const TRIES = 5;

/**
 * Gives a user back the photo from before the batch, if the shown or coming photo is from the batch. The batch's
 * pictures are deleted, since a wrong face must not be served. Doing it twice does no harm.
 * @throws if the record changes five times meanwhile
 */
export async function undoImport(claim: BatchClaim, batch: string, stores: UndoStores): Promise<Undone> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const user = await stores.users.get(claim.userId);
    const to = user && undoOf(user, claim);
    if (user === undefined || to === undefined) return 'kept';
    if (!(await stores.importChanges.rollBack(user, to))) continue;
    await stores.batches.markUndone(batch, claim.holder);
    const event = { userId: user.id, number: user.seq + 1 };
    if (to.photo !== undefined) await stores.events.publish({ type: 'photo.restored', ...event, photo: to.photo });
    else if (user.photo !== undefined) await stores.events.publish({ type: 'photo.deleted', ...event });
    await deleteEvicted(user.id, stores);
    return to.photo === undefined ? 'removed' : 'restored';
  }
  throw new Error(`user ${claim.userId} changed ${TRIES} times while an import was being undone`);
}

/** What the undo would do; undefined if there is nothing to undo. */
export function undoOf(user: User, claim: BatchClaim): RollBack | undefined {
  if (user.state !== 'active') return undefined;
  const ours = new Set(claim.uploadIds.map(versionOf));
  const isLast = user.importedFrom === claim.holder || claim.ousted.includes(user.importedFrom ?? '');
  const isShown = user.photo !== undefined && ours.has(user.photo.version);
  // A number given to another change means that it is on its way and will replace the batch's photo anyway.
  if (!(isShown ? isLast || user.seq === user.shown : isLast && user.seq > user.shown)) return undefined;

  const [photo, ...history] = photosOf(user).filter(({ version }) => !ours.has(version));
  const evicted = photosOf(user).filter(({ version }) => ours.has(version));
  return { ...(photo && { photo }), history, evicted, at: new Date().toISOString() };
}
