import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { eraseFirstPass, type Removed } from '../lambdas/flow/erase.ts';
import type { Tombstone } from '../lambdas/store/user-item.ts';
import { connectErase, type EraseConnection } from './connect-erase.ts';
import { printJson, printPairs } from './print.ts';
import { UserError } from './user-error.ts';

/** `headshot users erase <user> --yes`: a person and everything of theirs, with a receipt. */
export const eraseCommand = (): Command =>
  new Command('erase')
    .description(
      'Erase a user: photos, raw files, import files, credentials, names and rows. Nothing brings them back. ' +
        'Stops them at once, and takes a minute or so to be done; run it again to go on after a stop.',
    )
    .argument('<user>', 'user id, Slack user id or screen name')
    .option('--yes', 'really do it')
    .option('--no-wait', 'do not wait for the second pass, which the service takes by itself')
    .action(async (called: string, { yes, wait, json }: { yes?: boolean; wait: boolean; json?: boolean }) => {
      const service = connectErase();
      const found = await findForErasure(called, service);
      if ('erasedAt' in found) return print(receipt({ id: found.userId }, 'was-erased', undefined, found), json);
      if (!yes) {
        throw new UserError(
          `--yes would erase ${found.screenName} (${found.id}) and everything of theirs; nothing brings it back`,
        );
      }
      const waitSeconds = await service.waitSeconds();
      await service.users.markErased(found.id);
      const removed = await eraseFirstPass(found.id, waitSeconds, service);
      const tombstone = wait ? await follow(found.id, waitSeconds, service) : await service.users.tombstone(found.id);
      print(receipt(found, tombstone === undefined ? 'erasing' : 'erased', removed, tombstone), json);
      if (wait && tombstone === undefined) {
        throw new UserError(
          `the second pass has not come in ${waitSeconds + GRACE_SECONDS} s; run it again, or see: headshot dlq list`,
        );
      }
    });

/** The sweeper may be cold, and a queue may hand a message out late. */
const GRACE_SECONDS = 60;
const POLL_MS = 500;

async function follow(userId: string, waitSeconds: number, { users }: EraseConnection): Promise<Tombstone | undefined> {
  console.error(`headshot: stopped and removed; a second pass follows in ${waitSeconds} s`);
  const untilMs = Date.now() + (waitSeconds + GRACE_SECONDS) * 1000;
  for (;;) {
    const tombstone = await users.tombstone(userId);
    if (tombstone !== undefined || Date.now() > untilMs) return tombstone;
    await sleep(POLL_MS);
  }
}

/** Unlike other commands this one finds users that are being erased, and by their id those that were. */
async function findForErasure(called: string, { users }: EraseConnection): Promise<User | Tombstone> {
  const id = /^\d+$/.test(called)
    ? called
    : ((await users.claimant({ kind: 'slack_id', value: called })) ??
      (await users.claimant({ kind: 'screen_name', value: called.replace(/^@/, '') })));
  const found = id === undefined ? undefined : ((await users.get(id)) ?? (await users.tombstone(id)));
  if (found === undefined) throw new UserError(`there is no user ${called}`);
  return found;
}

function receipt(
  user: Pick<User, 'id'> & Partial<Pick<User, 'screenName'>>,
  state: 'erasing' | 'erased' | 'was-erased',
  removed: Removed | undefined,
  tombstone: Tombstone | undefined,
) {
  return {
    user_id: user.id,
    ...(user.screenName !== undefined && { screen_name: user.screenName }),
    state,
    ...(removed && {
      removed: {
        photos: removed.photos,
        raw_files: removed.rawFiles,
        import_files: removed.importFiles,
        credentials: removed.credentials,
        uploads: removed.uploads,
        batch_rows: removed.batchRows,
      },
    }),
    tombstone: tombstone && {
      id: tombstone.userId,
      erased_at: tombstone.erasedAt,
      kept_until: new Date(tombstone.expiresAtSeconds * 1000).toISOString(),
    },
  };
}

function print(said: ReturnType<typeof receipt>, json: boolean | undefined): void {
  const { removed, tombstone, ...names } = said;
  if (json) {
    printJson(said);
    return;
  }
  printPairs([
    ...Object.entries(names),
    ...Object.entries(removed ?? {}).map(([what, count]): [string, string] => [`removed.${what}`, String(count)]),
    ...Object.entries(tombstone ?? {}).map(([what, value]): [string, string] => [`tombstone.${what}`, value]),
  ]);
}
