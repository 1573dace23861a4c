import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { User } from '../lambdas/core/user.ts';
import { eraseFirstPass, type Removed } from '../lambdas/flow/erase.ts';
import type { Tombstone } from '../lambdas/store/user-item.ts';
import { connectErase, type EraseConnection } from './connect-erase.ts';
import { type PrintOptions, print } from './print.ts';
import { mustFindUser, noUser, userArgument } from './user-argument.ts';
import { UserError } from './user-error.ts';

/** `headshot users erase <user> --yes`: a person and everything of theirs, with a receipt. */
export const eraseCommand = (): Command =>
  new Command('erase')
    .description(
      'Erase a user and everything of theirs: photos, files, credentials, names and rows. Nothing brings them back. ' +
        'Their credentials stop working at once; the rest takes about a minute. Run it again to go on after a stop.',
    )
    .summary('Erase a user and everything of theirs.')
    .addArgument(userArgument())
    .option('--yes', 'confirm: nothing brings them back')
    .option('--no-wait', 'do not wait for the second pass, which the service makes by itself')
    .action(async (called: string, given: { yes?: boolean; wait: boolean } & PrintOptions) => {
      const service = connectErase();
      const found = await findForErasure(called, service);
      if ('erasedAt' in found) return print(receipt({ id: found.userId }, 'was-erased', undefined, found), given);
      if (!given.yes) {
        throw new UserError(
          `this erases ${found.screenName} (${found.id}) and everything of theirs for good; confirm with --yes`,
        );
      }
      const waitSeconds = await service.waitSeconds();
      await service.users.markErased(found.id);
      const removed = await eraseFirstPass(found.id, waitSeconds, service);
      const tombstone = given.wait
        ? await follow(found.id, waitSeconds, service)
        : await service.users.tombstone(found.id);
      print(receipt(found, tombstone === undefined ? 'erasing' : 'erased', removed, tombstone), given);
      if (given.wait && tombstone === undefined) {
        throw new UserError(
          `the second pass is not done after ${waitSeconds + GRACE_SECONDS} s; run this again, or see: headshot dlq list`,
        );
      }
    });

/** The sweeper may be cold, and a queue may deliver late. */
const GRACE_SECONDS = 60;
const POLL_MS = 500;

async function follow(userId: string, waitSeconds: number, { users }: EraseConnection): Promise<Tombstone | undefined> {
  console.error(`Erased. A second pass follows in ${waitSeconds} s.`);
  const untilMs = Date.now() + (waitSeconds + GRACE_SECONDS) * 1000;
  for (;;) {
    const tombstone = await users.tombstone(userId);
    if (tombstone !== undefined || Date.now() > untilMs) return tombstone;
    await sleep(POLL_MS);
  }
}

/** Unlike other commands this one finds users that are being erased, and by their id those that were. */
async function findForErasure(called: string, { users }: EraseConnection): Promise<User | Tombstone> {
  if (called.includes('@', 1)) return mustFindUser(called, { users });
  const id = /^\d+$/.test(called)
    ? called
    : ((await users.claimant({ kind: 'slack_id', value: called })) ??
      (await users.claimant({ kind: 'screen_name', value: called.replace(/^@/, '') })));
  const found = id === undefined ? undefined : ((await users.get(id)) ?? (await users.tombstone(id)));
  if (found === undefined) throw noUser(called);
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
