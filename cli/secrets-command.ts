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
import { printJson, printPairs, printTable } from './print.ts';
import { UserError } from './user-error.ts';

interface Given {
  yes?: boolean;
  json?: boolean;
}

/** A token that was used within this time is taken to be in use. */
const IN_USE_SECONDS = 86_400;

/** `headshot secrets …`: the master secret that all tokens and OAuth keys are derived from. */
export function secretsCommand(): Command {
  const secrets = new Command('secrets').description(
    'Rotate the master secret, which all tokens are derived from, and see who still uses the version before.',
  );

  secrets
    .command('status')
    .description('Print which versions verify, and whose tokens are of the one before.')
    .action(async ({ json }: Given) => {
      const service = connect();
      await print(await readStatus(service), service, json);
    });

  secrets
    .command('rotate')
    .description(
      'Make a new version. Tokens of the version before go on working until `secrets finish` or the next rotation; `users token` shows the new ones.',
    )
    .option('--yes', 'also when tokens of the version before the present one stop working by it')
    .action(async ({ yes, json }: Given) => {
      const service = connect();
      const before = await readStatus(service);
      if (before.previous !== undefined) refuseToLockOut(before, yes);
      await service.masterVersions.add(newMasterSecret());
      await removeCredentials(before.use.old, service);
      await print(await readStatus(service), service, json);
    });

  secrets
    .command('finish')
    .description('End the version before: its tokens stop working, within five minutes everywhere.')
    .option('--yes', 'also when somebody still uses them')
    .action(async ({ yes, json }: Given) => {
      const service = connect();
      const status = await readStatus(service);
      const { previous, use } = status;
      if (previous === undefined) throw new UserError('no rotation is under way; there is one version only');
      refuseToLockOut(status, yes);
      await service.masterVersions.endPrevious(previous.id);
      await removeCredentials(use.old, service);
      await print(await readStatus(service), service, json);
    });
  return secrets;
}

interface RotationStatus {
  current: SecretVersion;
  previous: SecretVersion | undefined;
  use: SecretVersionUsage;
  /** Whose newest secret is derived from the previous version: nothing is sent to them when it ends. */
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

/** @throws UserError when somebody would be locked out who does not have a new token, or does not use it yet. */
function refuseToLockOut({ use: { old }, webhooksOnPrevious }: RotationStatus, yes: boolean | undefined): void {
  const since = Date.now() / 1000 - IN_USE_SECONDS;
  const needed = old.filter(({ isReplaced, lastUsedSeconds = 0 }) => !isReplaced || lastUsedSeconds > since);
  if (yes) return;
  if (webhooksOnPrevious.length > 0) {
    throw new UserError(
      `webhooks are signed by the version before (${webhooksOnPrevious.length}); see: headshot secrets status, and give each a new secret: headshot webhooks rotate. With --yes nothing is sent to them any more`,
    );
  }
  if (needed.length === 0) return;
  throw new UserError(
    `${needed.length} tokens of the version before are not replaced, or were used within a day; see: headshot secrets status. With --yes they stop working`,
  );
}

/** Their records would let nobody in any more; processes that remember the version for minutes must not, either. */
async function removeCredentials(old: PreviousToken[], { credentials }: Connection): Promise<void> {
  for (const { credential } of old) await credentials.remove(credential.digest);
}

async function print(
  { current, previous, use, webhooksOnPrevious }: RotationStatus,
  service: Connection,
  json: boolean | undefined,
): Promise<void> {
  const tokens = await Promise.all(use.old.map((one) => described(one, service)));
  const status = {
    current: versionOf(current),
    previous: previous === undefined ? null : versionOf(previous),
    tokens: { current: use.current, previous: use.old.length },
    webhooks_on_previous: webhooksOnPrevious.map(({ id, url }) => ({ id, url })),
    still_on_previous: tokens.sort((a, b) => a.name.localeCompare(b.name) || a.token.localeCompare(b.token)),
  };
  if (json) return printJson(status);
  printPairs([
    ['current', said(status.current)],
    ['previous', status.previous === null ? '- (its tokens do not work)' : said(status.previous)],
    ['tokens', `${use.current} of the current version, ${use.old.length} of the previous one`],
  ]);
  for (const { url } of webhooksOnPrevious) console.log(`signed by the previous version: the webhook ${url}`);
  if (tokens.length === 0) return;
  console.log('');
  printTable(
    ['STILL ON PREVIOUS', 'TOKEN', 'NEW ONE SHOWN', 'LAST USED'],
    tokens.map(({ name, token, replaced, last_used_at }) => [
      name,
      token,
      replaced ? 'yes' : 'no',
      last_used_at ?? '-',
    ]),
  );
}

const versionOf = ({ id, createdAt }: SecretVersion) => ({ version: id, created_at: createdAt ?? null });

const said = ({ version, created_at }: ReturnType<typeof versionOf>): string =>
  `${version}${created_at === null ? '' : `, of ${created_at}`}`;

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
