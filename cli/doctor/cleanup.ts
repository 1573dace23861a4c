import { userPrefix } from '../../lambdas/core/object-keys.ts';
import { eraseFirstPass } from '../../lambdas/flow/erase.ts';
import { forEachConcurrently } from '../for-each-concurrently.ts';
import type { ToRemove } from './cleanup-list.ts';
import type { DoctorContext } from './context.ts';

/**
 * Removes what is on the list, of this run or of one that was stopped. Each step can be repeated; an entry leaves the list when nothing of
 * it is left. Of a user that is when the second pass of the erasure has left a tombstone, a minute later, and of an import when nothing of it
 * can be under way: until then the entry stays, and the next run looks again. Gives what could not be removed, in words.
 */
export async function cleanUp(context: DoctorContext): Promise<string[]> {
  const problems: string[] = [];
  await forEachConcurrently(context.list.entries(), CONCURRENCY, async (entry) => {
    try {
      const left = await remove(entry, context);
      if (left === undefined) context.list.replace(entry);
      else if (JSON.stringify(left) !== JSON.stringify(entry)) context.list.replace(entry, left);
    } catch (error) {
      problems.push(`${JSON.stringify(entry)}: ${error instanceof Error ? error.message : error}`);
    }
  });
  return problems;
}

/** Each mostly waits for AWS. */
const CONCURRENCY = 4;
/** Nothing of an import is under way after that. */
const IMPORT_MAX_MS = 60_000;

/** What of the entry has to be looked at again; undefined when nothing is left. */
async function remove(entry: ToRemove, context: DoctorContext): Promise<ToRemove | undefined> {
  switch (entry.kind) {
    case 'user':
      return removeUser(entry, context);
    case 'import':
      for (const prefix of [`imports/${entry.batch}/`, `manifests/${entry.batch}/`])
        for (const key of (await context.imports.files.list(prefix)).keys) await context.imports.files.remove(key);
      for (const row of await context.erasing.batches.entriesOfBatch(entry.batch))
        await context.erasing.batches.remove(row);
      // Of a run that was stopped, the import may go on for a moment, and write rows.
      return Date.now() - entry.putAtMs < IMPORT_MAX_MS ? entry : undefined;
    case 'listener':
      await context.listener.close(entry.name);
      return undefined;
    case 'dead-letter': {
      const [, letters] = context.deadLetters.queues.find(([name]) => name === 'intake') ?? [];
      if (letters === undefined || (await letters.depth()) === 0) return undefined;
      for await (const letter of letters.all()) if (letter.body === entry.marker) await letters.remove(letter);
      return undefined;
    }
  }
}

async function removeUser(
  entry: Extract<ToRemove, { kind: 'user' }>,
  { erasing }: DoctorContext,
): Promise<ToRemove | undefined> {
  const { users } = erasing;
  const screenName = { kind: 'screen_name', value: entry.screenName } as const;
  const id = entry.userId ?? (await users.claimant(screenName));
  if (id === undefined) return undefined;
  const user = await users.get(id);
  if (user === undefined) {
    // A run that died between the claim and the record; or the erasure is done.
    await users.release(screenName, id);
    return undefined;
  }
  const isOver = entry.userId !== undefined && (await erasing.photos.list(userPrefix(id))).objects.length === 0;
  if (user.state === 'erased' && isOver) return { ...entry, userId: id };
  await users.markErased(id);
  await eraseFirstPass(id, await erasing.waitSeconds(), erasing);
  return { ...entry, userId: id };
}
