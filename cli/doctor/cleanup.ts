import { userPrefix } from '../../lambdas/core/object-keys.ts';
import { eraseFirstPass } from '../../lambdas/flow/erase.ts';
import { forEachConcurrently } from '../for-each-concurrently.ts';
import type { ToRemove } from './cleanup-list.ts';
import type { DoctorContext } from './context.ts';

/**
 * Removes what this run, or one that was stopped, has on the list. Each step can be repeated, and an entry stays until
 * nothing of it is left: a user's until the second pass of the erasure has left a tombstone, a minute later; an
 * import's until nothing of it can be under way. The next run looks again. Returns what could not be removed, in words.
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
/** After that nothing of an import is under way. */
const IMPORT_MAX_MS = 60_000;

/** The entry to look at again; undefined when nothing of it is left. */
async function remove(entry: ToRemove, context: DoctorContext): Promise<ToRemove | undefined> {
  switch (entry.kind) {
    case 'user':
      return removeUser(entry, context);
    case 'import':
      for (const prefix of [`imports/${entry.batch}/`, `manifests/${entry.batch}/`])
        for (const key of (await context.imports.files.list(prefix)).keys) await context.imports.files.remove(key);
      for (const row of await context.erasing.batches.entriesOfBatch(entry.batch))
        await context.erasing.batches.remove(row);
      // An import of a stopped run may go on for a moment, and write rows.
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
    // The run died between the claim and the record; or the erasure is done.
    await users.release(screenName, id);
    return undefined;
  }
  const isOver = entry.userId !== undefined && (await erasing.photos.list(userPrefix(id))).objects.length === 0;
  if (user.state === 'erased' && isOver) return { ...entry, userId: id };
  await users.markErased(id);
  await eraseFirstPass(id, await erasing.waitSeconds(), erasing);
  return { ...entry, userId: id };
}
