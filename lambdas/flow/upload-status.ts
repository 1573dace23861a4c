import { setTimeout as sleep } from 'node:timers/promises';
import type { Upload } from '../core/change.ts';
import { isAccepted, type Ticket, ticketAt } from '../core/ticket.ts';
import type { Caller, User } from '../core/user.ts';
import type { JobQueue } from '../store/job-queue.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';

/** A user's upload or ticket; for an administrator anybody's. Another user's is not found. */
export async function uploadOf(
  { user, isAdmin }: Pick<Caller, 'user' | 'isAdmin'>,
  uploadId: string,
  uploads: UploadStore,
): Promise<Upload | Ticket | undefined> {
  const found = await uploads.find(uploadId);
  if (found === undefined || (found.userId !== user.id && !isAdmin)) return undefined;
  return isAccepted(found) ? found : ticketAt(found, new Date().toISOString());
}

/**
 * Short waits first, since a warm worker needs about 150 ms; then longer ones, so that a slow worker costs few reads.
 */
export const POLL_MS = [60, 30, 30, 30, 30, 40, 50, 60, 80, 100, 150, 200];

/** The queue is looked at in the first wait, and then in every so many. */
const READS_PER_QUEUE = 4;
/** After the queue was found long, nobody waits for this time: it does not get short at once. */
const REMEMBERED_MS = 2_000;

interface ShownStores {
  users: Pick<UserStore, 'get' | 'getEventually'>;
  jobs: Pick<JobQueue, 'unfinished'>;
}

/**
 * Waits until a change or a later one is shown. Returns the user's record; undefined if the time is up, or if there are
 * more jobs than workers. A wait is a courtesy, and it occupies some of the account's concurrency, which a worker may
 * need. It reads the user's record and not the upload's row, because that is what readers see.
 */
export function shownWaiter({ users, jobs }: ShownStores, jobPlaces: number) {
  let busyUntilMs = 0;
  return async (userId: string, number: number, maxMs: number): Promise<User | undefined> => {
    const untilMs = Date.now() + maxMs;
    for (let reads = 0; Date.now() < untilMs && Date.now() >= busyUntilMs; reads++) {
      const [unfinished] = await Promise.all([
        reads % READS_PER_QUEUE === 0 ? jobs.unfinished() : 0,
        sleep(Math.min(POLL_MS[reads] ?? 250, untilMs - Date.now())),
      ]);
      // The caller's own job is among them.
      if (unfinished > jobPlaces) busyUntilMs = Date.now() + REMEMBERED_MS;
      if (Date.now() < busyUntilMs) return undefined;
      // Half the price, and a read that is a moment behind only waits a little longer. It may not know a new user yet.
      const user = (await users.getEventually(userId)) ?? (await users.get(userId));
      if (user === undefined || user.shown >= number) return user;
    }
    return undefined;
  };
}
