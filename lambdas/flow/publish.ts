import { type ChangeStatus, changeStatus, retire } from '../core/change.ts';
import type { Photo } from '../core/photo.ts';
import type { User } from '../core/user.ts';
import type { UserStore } from '../store/users.ts';

/** How often other changes of the user may come in between a read and a write. Then the message is redelivered. */
const TRIES = 5;

/** The status of the change, and the record that it follows from. */
interface Published {
  status: Exclude<ChangeStatus, 'due'>;
  user: User | undefined;
}

/**
 * PUBLISH step 2: points the user's record at a photo whose pictures are stored, unless a later change is shown. The
 * number decides, not who comes first.
 *
 * @param read the record from before the pictures were stored. It is read again only if it has changed: then the write
 * fails, so an old read costs another try and never a wrong photo.
 * @throws if the record changes five times: a fault, so the job comes again
 */
export async function publish(read: User | undefined, photo: Photo, users: UserStore): Promise<Published> {
  let user = read;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const now = changeStatus(user, photo.number);
    if (user === undefined || now === 'gone') return { status: 'gone', user };
    if (now !== 'due') return { status: now, user };
    const { history, evicted } = retire(user);
    const shown = await users.show(user, photo.number, photo, history, evicted);
    if (shown !== undefined) return { status: 'done', user: shown };
    user = await users.get(user.id);
  }
  throw new Error(`user ${read?.id} changed ${TRIES} times while change ${photo.number} was being published`);
}
