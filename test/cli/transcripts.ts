import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { accept } from '../../lambdas/flow/accept.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { projectAssembly } from '../../local/kept-assembly.ts';
import { BLUE, GREEN, jpeg, RED, solid } from '../pictures.ts';
import { receiver } from '../webhooks/receiver.ts';
import { type OwnWorld, testWorld } from '../world.ts';
import { aligned, stableText } from './stable-text.ts';

const PAGE = join(PROJECT_DIR, 'docs/cli.md');

/** What stands before it is written by hand. */
const MARK = '<!-- Made by `npm run cli-docs`: change the commands in test/cli/transcripts.ts, and not what is below. -->\n';

export const pageNow = (): string => readFileSync(PAGE, 'utf8');

/** docs/cli.md with its transcripts made anew. */
export const pageAnew = async (): Promise<string> => `${pageNow().split(MARK)[0]}${MARK}\n${await transcripts()}`;

export const writePage = (page: string): void => writeFileSync(PAGE, page);

/** Every command, and what it prints against a laptop run of its own: Markdown. Takes half a minute. */
async function transcripts(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-cli-'));
  await projectAssembly(join(folder, 'assembly'), { webhooks: 'true', accountConcurrency: '12' });
  const world = await testWorld(join(folder, 'assembly'), { concurrency: 12 });
  const app = await receiver();
  try {
    return await conversation(folder, world, app.url);
  } finally {
    await app.close();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function conversation(folder: string, world: OwnWorld, appUrl: string): Promise<string> {
  for (const [name, colour] of [
    ['ada.jpg', RED],
    ['new.jpg', GREEN],
    ['staff/ada.jpg', BLUE],
    ['staff/grace.jpg', GREEN],
  ] as const) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), await jpeg({ picture: solid(600, 600, colour) }));
  }
  writeFileSync(join(folder, 'staff/nobody.jpg'), 'no picture');
  writeFileSync(join(folder, 'users.csv'), 'screen_name,name,email\ngrace,Grace Hopper,grace@example.com\nno one,,\n');

  const stable = stableText();
  const lines: string[] = [];
  const call = (words: string[]): Promise<{ code: number; printed: string }> => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const env = { PATH, NODE_COMPILE_CACHE, HEADSHOT_DATA: world.laptop.dataDir };
    // One pipe for both, as at a terminal.
    const args = ['-c', '"$0" "$@" 2>&1', process.execPath, join(PROJECT_DIR, 'cli/headshot.ts'), ...words];
    return new Promise((done) =>
      execFile('/bin/sh', args, { cwd: folder, env }, (error, printed) =>
        done({ code: typeof error?.code === 'number' ? error.code : 0, printed }),
      ),
    );
  };
  const json = async (...words: string[]) => JSON.parse((await call([...words, '--json'])).printed);
  const written = (text: string): string =>
    stable(
      text
        .replaceAll(world.url, 'http://127.0.0.1:3000')
        .replaceAll(new URL(appUrl).origin, 'http://127.0.0.1:9000')
        // How fast it was; and on a slow machine, how far.
        .replaceAll(/(?<= of (\d+) files)(?: \([^)]*\))?, (?:\d+ files\/s|\d+ s left)+/g, '')
        .replaceAll(/^\w+ (\d+) of (?!\1 )\d+ files.*\n/gm, ''),
    );
  /** Each is a command line; a word with a space in it stands in quotes. */
  const section = async (heading: string, ...commands: string[][]): Promise<void> => {
    lines.push(`### ${heading}\n`, '```console');
    for (const words of commands) {
      const { code, printed } = await call(words);
      const line = words.map((word) => (/^[\w@:/.,=-]+$/.test(word) ? word : `'${word}'`)).join(' ');
      lines.push(`$ headshot ${written(line)}`, aligned(written(printed)).trimEnd());
      if (code !== 0) lines.push(`(exit code ${code})`);
    }
    lines.push('```\n');
  };

  await section('info', ['info']);
  await section(
    'users',
    ['users', 'create', '--screen-name', 'ada', '--name', 'Ada Lovelace', '--email', 'ada@example.com'],
    ['users', 'create', '--screen-name', 'ada'],
    ['users', 'import', 'users.csv', '--dry-run'],
    ['users', 'import', 'users.csv'],
    ['users', 'list'],
    ['users', 'show', 'ada'],
    ['users', 'show', 'nobody'],
    ['users', 'token', 'ada@example.com', '--json'],
    ['users', 'slack-token', 'ada', '--scopes', 'users:read', '--expires-in', '3600'],
    ['users', 'slack-token', 'ada', '--never-expires', '--json'],
    ['users', 'access', 'ada', 'read-only'],
    ['users', 'deactivate', 'ada'],
    ['users', 'activate', 'ada'],
    ['users', 'make-bot', 'grace'],
    ['users', 'make-person', 'grace'],
    ['users', 'avatar', 'ada', 'off'],
    ['users', 'link', 'ada', '--issuer', 'https://id.example.com', '--subject', 'ada-1815'],
    ['users', 'unlink', 'ada'],
  );
  await section('photo', ['photo', 'set', 'ada', 'ada.jpg'], ['photo', 'set', 'ada', 'new.jpg'], ['photo', 'show', 'ada']);
  const { history } = await json('photo', 'show', 'ada');
  await section(
    'photo, and back',
    ['photo', 'restore', 'ada', history[0].version],
    ['photo', 'undo', 'ada'],
    ['photo', 'set', 'ada', 'users.csv'],
    ['photo', 'show', 'ada', '--json'],
    ['photo', 'delete', 'ada'],
  );
  await section(
    'import',
    ['import', 'staff', '--dry-run'],
    ['import', 'staff'],
    ['import', 'status', 'staff'],
    ['import', 'report', 'staff'],
    ['import', 'undo', 'staff', '--dry-run'],
    ['import', 'undo', 'staff'],
  );
  await section('oauth-header', ['oauth-header', 'ada', 'GET', `${world.url}/1.1/account/verify_credentials.json`]);
  await section('teams', ['teams', 'create', '--name', 'Engine room', '--domain', 'engine-room'], ['teams', 'list']);
  const team = (await json('teams', 'list')).find(({ name }: { name: string }) => name === 'Engine room').team_id;
  await section(
    'One team',
    ['teams', 'show', team],
    ['teams', 'limits', team, '--tier2', '40'],
    ['teams', 'networks', team, '192.0.2.0/24', '2001:db8::/32'],
    ['teams', 'state', team, 'deactivated'],
  );
  await section('apps', ['apps', 'create', '--name', 'Payroll'], ['apps', 'list']);
  const payroll = (await json('apps', 'list')).find(({ name }: { name: string }) => name === 'Payroll').app_id;
  await section('One app', ['apps', 'remove', payroll], ['apps', 'restore', payroll]);
  await section(
    'webhooks',
    ['webhooks', 'create', appUrl],
    ['webhooks', 'list'],
    ['webhooks', 'test', appUrl],
    ['webhooks', 'rotate', appUrl, '--json'],
    ['webhooks', 'disable', appUrl],
    ['webhooks', 'enable', appUrl],
    ['webhooks', 'delete', appUrl],
  );
  await deadUploads(world, (await json('users', 'show', 'grace')).user_id, readFileSync(join(folder, 'ada.jpg')));
  await section('dlq', ['dlq', 'list']);
  const [first, second] = (await json('dlq', 'list')).map(({ message_id }: { message_id: string }) => message_id);
  await section(
    'One dead letter',
    ['dlq', 'show', first],
    ['dlq', 'redrive', first],
    ['dlq', 'discard', second],
    ['dlq', 'discard', second, '--yes'],
  );
  await section('secrets', ['secrets', 'status'], ['secrets', 'rotate'], ['secrets', 'finish'], ['secrets', 'finish', '--yes']);
  await section('Erasing a user', ['users', 'erase', 'ada'], ['users', 'erase', 'ada', '--yes', '--no-wait']);
  await section('sweep', ['sweep']);
  await section('doctor', ['doctor', '--only', 'refusals']);
  await section('empty', ['empty', '--yes']);
  await section('A wrong command line', ['users', 'lst'], ['users', 'access', 'ada', 'all']);
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Two acknowledged uploads whose jobs went to where dead jobs lie. */
async function deadUploads({ stores, laptop }: OwnWorld, userId: string, bytes: Uint8Array): Promise<void> {
  const jobs = jobQueue(sqsClient(), laptop.running.outputs.QueueJobsDead ?? '');
  for (let turn = 0; turn < 2; turn++) {
    const upload = { uploadId: randomUUID(), userId, source: 'slack', policy: UPLOAD_POLICIES.slack } as const;
    const acceptedAt = new Date().toISOString();
    const done = await accept({ ...upload, bytes, retentionDays: 15, acceptedAt }, { ...stores, jobs });
    if (!done.ok) throw new Error(done.refusal.code);
  }
}
