import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { projectAssembly } from '../../local/kept-assembly.ts';
import { headshotPrints } from '../headshot-here.ts';
import { acceptedJob } from '../jobs.ts';
import { BLUE, GREEN, jpeg, RED, solid } from '../pictures.ts';
import { receiver } from '../webhooks/receiver.ts';
import { testWorld, type World } from '../world.ts';
import { aligned, stableText } from './stable-text.ts';

const PAGE = join(PROJECT_DIR, 'docs/cli.md');

/** What stands before this line is written by hand. */
const MARK =
  '<!-- Made by `npm run cli-docs`: change the commands in test/cli/transcripts.ts, and not what is below. -->\n';

export const pageNow = (): string => readFileSync(PAGE, 'utf8');

/** docs/cli.md with new transcripts. */
export const pageAnew = async (): Promise<string> => `${pageNow().split(MARK)[0]}${MARK}\n${await transcripts()}`;

export const writePage = (page: string): void => writeFileSync(PAGE, page);

/** Every command and its output, against a laptop run of its own, as Markdown. Takes some twenty seconds. */
async function transcripts(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-cli-'));
  await projectAssembly(join(folder, 'assembly'), { webhooks: 'true', accountConcurrency: '12' });
  const world = await testWorld({ assemblyDir: join(folder, 'assembly'), concurrency: 12 });
  const app = await receiver();
  try {
    return await conversation(folder, world, app.url);
  } finally {
    await app.close();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function conversation(folder: string, world: World, appUrl: string): Promise<string> {
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
  const env = { HEADSHOT_DATA: world.laptop.dataDir };
  const call = async (words: string[]) => {
    const { code, printed } = await headshotPrints(words, env);
    return { code, text: printed.map(({ text }) => text).join('') };
  };
  const json = async (...words: string[]) => JSON.parse((await call([...words, '--json'])).text);
  const written = (text: string): string =>
    stable(
      text
        // CSV has these line ends; an editor would remove them.
        .replaceAll('\r\n', '\n')
        .replaceAll(`${folder}/`, '')
        .replaceAll(world.url, 'http://127.0.0.1:3000')
        .replaceAll(new URL(appUrl).origin, 'http://127.0.0.1:9000')
        // The speed, and on a slow machine the progress lines, differ from run to run.
        .replaceAll(/, \d+ files\/s/g, '')
        .replaceAll(/^\w+ (\d+) of (?!\1 )\d+ files.*\n/gm, '')
        .replaceAll(/^(\w+ \d+ of \d+ files.*\n)\1/gm, '$1'),
    );
  /** Prints the commands of one section. Each is a command line; a word with a space stands in quotes. */
  const run = async (...commands: string[][]): Promise<void> => {
    for (const words of commands) {
      const { code, text } = await call(words);
      const line = written(words.map((word) => (/^[\w@:/.,=-]+$/.test(word) ? word : `'${word}'`)).join(' '));
      lines.push(
        `$ headshot ${line}`,
        aligned(written(text)).trimEnd(),
        ...(code === 0 ? [] : [`(exit code ${code})`]),
      );
    }
  };
  const section = async (heading: string, ...commands: string[][]): Promise<void> => {
    lines.push(...(lines.length === 0 ? [] : ['```\n']), `### ${heading}\n`, '```console');
    await run(...commands);
  };
  const at = (file: string): string => join(folder, file);

  await section('headshot', ['--help']);
  await section('info', ['info']);
  await section(
    'users',
    ['users', 'create', '--screen-name', 'ada', '--name', 'Ada Lovelace', '--email', 'ada@example.com'],
    ['users', 'create', '--screen-name', 'ada'],
    ['users', 'import', at('users.csv'), '--dry-run'],
    ['users', 'import', at('users.csv')],
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
  await section('teams', ['teams', 'create', '--name', 'Engine room', '--domain', 'engine-room'], ['teams', 'list']);
  const team = (await json('teams', 'list')).find(({ name }: { name: string }) => name === 'Engine room').team_id;
  await run(
    ['teams', 'show', team],
    ['teams', 'limits', team, '--tier2', '40'],
    ['teams', 'networks', team, '192.0.2.0/24', '2001:db8::/32'],
    ['teams', 'state', team, 'deactivated'],
  );
  await section('apps', ['apps', 'create', '--name', 'Payroll'], ['apps', 'list']);
  const payroll = (await json('apps', 'list')).find(({ name }: { name: string }) => name === 'Payroll').app_id;
  await run(['apps', 'remove', payroll], ['apps', 'restore', payroll]);
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
  // More than a second after its users were made, and before they change anything: an import's clock has whole seconds.
  await section(
    'import',
    ['import', at('staff'), '--dry-run'],
    ['import', at('staff')],
    ['import', 'status', 'staff'],
    ['import', 'report', 'staff'],
    ['import', 'undo', 'staff', '--dry-run'],
    ['import', 'undo', 'staff'],
  );
  await section(
    'photo',
    ['photo', 'set', 'ada', at('ada.jpg')],
    ['photo', 'set', 'ada', at('new.jpg')],
    ['photo', 'show', 'ada'],
  );
  const { history } = await json('photo', 'show', 'ada');
  await run(
    ['photo', 'restore', 'ada', history[0].version],
    ['photo', 'undo', 'ada'],
    ['photo', 'set', 'ada', at('users.csv')],
    ['photo', 'show', 'ada', '--json'],
    ['photo', 'delete', 'ada'],
  );
  await section('oauth-header', ['oauth-header', 'ada', 'GET', `${world.url}/1.1/account/verify_credentials.json`]);
  await deadUploads(world, (await json('users', 'show', 'grace')).user_id, readFileSync(join(folder, 'ada.jpg')));
  await section('dlq', ['dlq', 'list']);
  const [first, second] = (await json('dlq', 'list')).map(({ message_id }: { message_id: string }) => message_id);
  await run(
    ['dlq', 'show', first],
    ['dlq', 'redrive', first],
    ['dlq', 'discard', second],
    ['dlq', 'discard', second, '--yes'],
  );
  await section(
    'secrets',
    ['secrets', 'status'],
    ['secrets', 'rotate'],
    ['secrets', 'finish'],
    ['secrets', 'finish', '--yes'],
  );
  await section('Erasing a user', ['users', 'erase', 'ada'], ['users', 'erase', 'ada', '--yes', '--no-wait']);
  await section('sweep', ['sweep']);
  await section('doctor', ['doctor', '--only', 'refusals']);
  await section('empty', ['empty', '--yes']);
  await section('A wrong command line', ['users', 'lst'], ['users', 'access', 'ada', 'all']);
  return `${lines.join('\n')}\n\`\`\`\n`;
}

/** Two acknowledged uploads whose jobs became dead letters. */
async function deadUploads({ stores, laptop }: World, userId: string, bytes: Uint8Array): Promise<void> {
  const jobs = jobQueue(sqsClient(), laptop.running.outputs.QueueJobsDead ?? '');
  for (let turn = 0; turn < 2; turn++) await acceptedJob(userId, bytes, { ...stores, jobs });
}
