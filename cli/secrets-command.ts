import { Command } from 'commander';
import { DEFAULT_APP, newMasterSecret } from '../lambdas/core/credential.ts';
import type { Webhook } from '../lambdas/core/webhook.ts';
import { signingSecrets } from '../lambdas/core/webhook-secret.ts';
import {
  type PreviousToken,
  type SecretVersionUsage,
  secretVersionUsage,
} from '../lambdas/flow/secret-version-usage.ts';
import type { SecretVersion } from '../lambdas/store/secret-versions.ts';
import { target } from './choose-target.ts';
import { type Connection, connect } from './connect.ts';
import { connectWebhooks, hasWebhooks } from './connect-webhooks.ts';
import { type PrintOptions, print, printTable } from './print.ts';
import { UserError } from './user-error.ts';

interface Given extends PrintOptions {
  yes?: boolean;
}

/** A token that was used within this time counts as in use. */
const IN_USE_SECONDS = 86_400;

/** `headshot secrets …`: the master secret from which all tokens and OAuth keys are derived. */
export function secretsCommand(): Command {
  const secrets = new Command('secrets')
    .summary('Rotate the master secret.')
    .description(
      'Rotate the master secret, from which all tokens are derived, and see who still uses the previous version.',
    );

  secrets
    .command('status')
    .description('Show the versions, and whose tokens are still of the previous one.')
    .action(async (given: Given) => {
      const service = connect();
      await printStatus(await readStatus(service), service, given);
    });

  secrets
    .command('rotate')
    .description(
      'Make a new version. Tokens of the previous one work until `secrets finish` or the next rotation; `users token` prints the new ones.',
    )
    .option('--yes', 'confirm, when tokens in use stop working by it')
    .action(async (given: Given) => {
      const service = connect();
      const before = await readStatus(service);
      if (before.previous !== undefined) refuseToLockOut(before, given.yes);
      await service.masterVersions.add(newMasterSecret());
      await removeCredentials(before.use.old, service);
      await printStatus(await readStatus(service), service, given);
    });

  secrets
    .command('finish')
    .description('End the previous version: its tokens stop working, everywhere within five minutes.')
    .option('--yes', 'confirm, when tokens in use stop working by it')
    .action(async (given: Given) => {
      const service = connect();
      const status = await readStatus(service);
      const { previous, use } = status;
      if (previous === undefined)
        throw new UserError('there is no previous version to end; begin a rotation with: headshot secrets rotate');
      refuseToLockOut(status, given.yes);
      await service.masterVersions.endPrevious(previous.id);
      await removeCredentials(use.old, service);
      await printStatus(await readStatus(service), service, given);
    });
  return secrets;
}

interface RotationStatus {
  current: SecretVersion;
  previous: SecretVersion | undefined;
  use: SecretVersionUsage;
  /** Webhooks whose newest secret is derived from the previous version: nothing is sent to them when it ends. */
  webhooksOnPrevious: Webhook[];
}

async function readStatus(service: Connection): Promise<RotationStatus> {
  const [current, previous] = await Promise.all([service.masterVersions.current(), service.masterVersions.previous()]);
  return {
    current,
    previous,
    use: await secretVersionUsage(current.value, previous?.value, Date.now() / 1000, service),
    webhooksOnPrevious: previous === undefined ? [] : await webhooksSignedBy(previous.value),
  };
}

async function webhooksSignedBy(masterSecret: string): Promise<Webhook[]> {
  if (!hasWebhooks(target())) return [];
  const all = await connectWebhooks().webhooks.list();
  return all.filter(({ id, secrets }) =>
    signingSecrets({ id, secrets: secrets.slice(0, 1) }, [masterSecret], Date.now()),
  );
}

/** @throws UserError when it would lock out somebody who has no new token, or does not use it yet */
function refuseToLockOut({ use: { old }, webhooksOnPrevious }: RotationStatus, yes: boolean | undefined): void {
  const since = Date.now() / 1000 - IN_USE_SECONDS;
  const needed = old.filter(({ isReplaced, lastUsedSeconds = 0 }) => !isReplaced || lastUsedSeconds > since);
  if (yes) return;
  if (webhooksOnPrevious.length > 0) {
    throw new UserError(
      `webhooks that would get nothing more: ${webhooksOnPrevious.length}; see: headshot secrets status; give each a new secret (headshot webhooks rotate), or confirm with --yes`,
    );
  }
  if (needed.length === 0) return;
  throw new UserError(
    `tokens in use that would stop working: ${needed.length}; see: headshot secrets status; confirm with --yes`,
  );
}

/**
 * These records would let nobody in any more, and must not let anybody in by processes that remember the version for
 * minutes.
 */
async function removeCredentials(old: PreviousToken[], { credentials }: Connection): Promise<void> {
  for (const { credential } of old) await credentials.remove(credential.digest);
}

async function printStatus(
  { current, previous, use, webhooksOnPrevious }: RotationStatus,
  service: Connection,
  given: PrintOptions,
): Promise<void> {
  const tokens = await Promise.all(use.old.map((one) => described(one, service)));
  const status = {
    current: versionOf(current),
    previous: previous === undefined ? null : versionOf(previous),
    tokens: { current: use.current, previous: use.old.length },
    webhooks_on_previous: webhooksOnPrevious.map(({ id, url }) => ({ id, url })),
    still_on_previous: tokens.sort((a, b) => a.name.localeCompare(b.name) || a.token.localeCompare(b.token)),
  };
  if (given.json) return print(status, given);
  printTable(
    ['STATE', 'VERSION', 'CREATED', 'TOKENS'],
    [rowOf('current', status.current, use.current), rowOf('previous', status.previous, use.old.length)],
  );
  for (const { url } of webhooksOnPrevious) console.log(`webhook with a secret of the previous version: ${url}`);
  if (tokens.length === 0) return;
  console.log('');
  printTable(
    ['STILL ON PREVIOUS', 'TOKEN', 'REPLACED', 'LAST USED'],
    tokens.map(({ name, token, replaced, last_used_at }) => [
      name,
      token,
      replaced ? 'yes' : 'no',
      last_used_at ?? '-',
    ]),
  );
}

const versionOf = ({ id, createdAt }: SecretVersion) => ({ version: id, created_at: createdAt ?? null });

const rowOf = (name: string, version: ReturnType<typeof versionOf> | null, tokens: number): string[] => [
  name,
  version?.version ?? '-',
  version?.created_at ?? '-',
  String(tokens),
];

async function described({ credential, isReplaced, lastUsedSeconds }: PreviousToken, { users }: Connection) {
  const { kind, userId, tokenKind, appId = DEFAULT_APP } = credential;
  const user = userId === '' ? undefined : await users.get(userId);
  const labels = {
    slack: ['slack', ...(tokenKind ? [tokenKind] : []), ...(appId === DEFAULT_APP ? [] : [`of ${appId}`])].join(' '),
    twitter: 'twitter access token',
    'twitter-app': 'twitter consumer key',
  };
  return {
    name: user?.screenName ?? (userId === '' ? `app ${appId}` : userId),
    user_id: userId === '' ? null : userId,
    token: labels[kind],
    replaced: isReplaced,
    last_used_at: lastUsedSeconds === undefined ? null : new Date(lastUsedSeconds * 1000).toISOString(),
  };
}
