import { retire, type Standing, standing } from '../core/change.ts';
import type { Photo } from '../core/photo.ts';
import type { UserStore } from '../store/users.ts';

/** Other changes of the same user may come between read and write this often; then the message is redelivered. */
const TRIES = 5;

/**
 * PUBLISH step 2: points the user's record at a photo whose pictures are stored, unless a later change is shown.
 * What counts is the number, not who comes first.
 * @throws when the record changes under it five times: a fault, so the job comes again.
 */
export async function publish(userId: string, photo: Photo, users: UserStore): Promise<Exclude<Standing, 'due'>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const user = await users.get(userId);
    const now = standing(user, photo.number);
    if (user === undefined || now !== 'due') return now === 'due' ? 'gone' : now;
    const { history, evicted } = retire(user);
    if (await users.show(user, photo.number, photo, history, evicted)) return 'done';
  }
  throw new Error(`user ${userId} changed ${TRIES} times while change ${photo.number} was being published`);
}
