import { setTimeout as sleep } from 'node:timers/promises';
import type { Upload } from '../core/change.ts';
import type { User } from '../core/user.ts';
import type { UploadStore } from '../store/uploads.ts';
import type { UserStore } from '../store/users.ts';

/** One upload of one user. Another user's is not found. */
export async function uploadOf(userId: string, uploadId: string, uploads: UploadStore): Promise<Upload | undefined> {
  const upload = await uploads.get(uploadId);
  return upload?.userId === userId ? upload : undefined;
}

/** Short at first, since a warm worker needs some 150 ms; then longer, so that a slow one costs few reads. */
export const POLL_MS = [60, 30, 30, 30, 30, 40, 50, 60, 80, 100, 150, 200];

/**
 * Waits until a change, or a later one, is shown. Gives the user's record then; undefined when the time is up.
 * It reads the record and not the upload's row: what matters is what readers see.
 */
export async function awaitShown(
  userId: string,
  number: number,
  maxMs: number,
  users: UserStore,
): Promise<User | undefined> {
  const untilMs = Date.now() + maxMs;
  for (let poll = 0; Date.now() < untilMs; poll++) {
    await sleep(Math.min(POLL_MS[poll] ?? 250, untilMs - Date.now()));
    const user = await users.get(userId);
    if (user === undefined || user.shown >= number) return user;
  }
  return undefined;
}
