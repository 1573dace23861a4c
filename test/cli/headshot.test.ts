import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { type Ended, headshotCommand } from '../headshot-command.ts';
import { headshotHere } from '../headshot-here.ts';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { sharedWorld, type World } from '../world.ts';

/** The command against a laptop run. Some calls have a process of their own, as a person's have. */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

// A person's AWS settings must neither send requests elsewhere than to the emulators nor break anything.
const mine = (dataDir: string) => ({ HEADSHOT_DATA: dataDir, AWS_PROFILE: 'mine', AWS_REGION: 'mars-1' });

const headshot = (...words: string[]): Promise<Ended> => headshotHere(words, mine(world.laptop.dataDir));

const headshotProcess = (...words: string[]): Promise<Ended> => headshotCommand(words, mine(world.laptop.dataDir));

const json = async (...words: string[]) => JSON.parse((await headshot(...words, '--json')).out);

const authTest = async (token: string) => {
  const answer = await fetch(`${world.url}/api/auth.test`, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as Record<string, unknown>;
};

describe('users', () => {
  test('create prints credentials that every API takes, and token prints the same again', async () => {
    const wanted = ['--screen-name', 'Grace_H', '--name', 'Grace Hopper', '--email', 'grace@example.com'];
    const made = await json('users', 'create', ...wanted);
    expect(made).toEqual({
      user_id: expect.stringMatching(/^[1-9]\d{8,15}$/),
      slack_user_id: expect.stringMatching(/^U[A-Z0-9]{10}$/),
      screen_name: 'Grace_H',
      slack: { token: expect.stringMatching(/^xoxp-/) },
      twitter: {
        consumer_key: expect.any(String),
        consumer_secret: expect.any(String),
        access_token: expect.stringMatching(new RegExp(`^${made.user_id}-`)),
        access_token_secret: expect.any(String),
      },
    });
    expect(Number.isSafeInteger(Number(made.user_id))).toBe(true);
    for (const called of ['grace_h', '@Grace_H', made.user_id, made.slack_user_id]) {
      expect(await json('users', 'token', called)).toEqual(made);
    }
    expect(await authTest(made.slack.token)).toMatchObject({ ok: true, user_id: made.slack_user_id });

    const verify = `${world.url}/1.1/account/verify_credentials.json`;
    const { out } = await headshot('oauth-header', 'grace_h', 'GET', verify);
    const verified = await fetch(verify, { headers: { authorization: out.trim() } });
    expect(await verified.json()).toMatchObject({ id_str: made.user_id, name: 'Grace Hopper' });
  });

  test('list and show, for people and for machines', async () => {
    const made = await json('users', 'create', '--screen-name', 'linus');
    const row = { user_id: made.user_id, name: 'linus', photo: null };
    expect(await json('users', 'list')).toContainEqual(expect.objectContaining(row));
    const { out } = await headshot('users', 'list');
    expect(out.split('\n')[0]).toMatch(/^USER ID +SLACK USER ID +SCREEN NAME +STATE +PHOTO +NAME$/);
    expect(out).toMatch(new RegExp(`^${made.user_id} +${made.slack_user_id} +linus +active +no +linus$`, 'm'));
    expect((await headshot('users', 'show', 'linus')).out).toMatch(/^state +active$/m);
  });

  test('deactivate stops the credentials, activate gives them back', async () => {
    const made = await json('users', 'create', '--screen-name', 'margaret');
    expect((await headshot('users', 'deactivate', 'margaret')).out).toBe('margaret is deactivated\n');
    expect(await authTest(made.slack.token)).toMatchObject({ ok: false, error: 'account_inactive' });
    expect(await json('users', 'activate', 'margaret')).toMatchObject({ state: 'active' });
    expect(await authTest(made.slack.token)).toMatchObject({ ok: true });
  });

  test('an e-mail address names a user, and several where they share it', async () => {
    const names = ['rosa', 'rosalind'].map((name) => ['--screen-name', name, '--email', 'Rosa@example.com']);
    const first = await json('users', 'create', ...(names[0] ?? []));
    expect(await json('users', 'show', 'rosa@example.com')).toMatchObject({ user_id: first.user_id });
    const second = await json('users', 'create', ...(names[1] ?? []));
    const { code, err } = await headshot('users', 'show', 'rosa@example.com');
    expect([code, err.startsWith('headshot: rosa@example.com is the address of several users;')]).toEqual([1, true]);
    for (const { user_id } of [first, second]) expect(err).toContain(user_id);
    const nobody = 'headshot: there is no user no@example.com; see: headshot users list\n';
    expect(await headshot('users', 'erase', 'no@example.com')).toMatchObject({ code: 1, err: nobody });
  });

  test('avatar says whether somebody is shown by the hash of their address', async () => {
    await json('users', 'create', '--screen-name', 'hidden', '--email', 'hidden@example.com');
    for (const [state, isShown] of [
      ['off', false],
      ['on', true],
    ] as const) {
      expect(await json('users', 'avatar', 'hidden', state)).toMatchObject({ screen_name: 'hidden', avatar: isShown });
      expect(await json('users', 'show', 'hidden')).toMatchObject({ avatar: isShown });
    }
  });

  test('access makes the Twitter token read-only, and showing it again does not undo that', async () => {
    const made = await json('users', 'create', '--screen-name', 'reader');
    const { out: said } = await headshot('users', 'access', 'reader', 'read-only');
    expect(said).toBe("reader's Twitter token is read-only\n");
    await headshot('users', 'token', 'reader');
    const path = '/1.1/account/update_profile_image.json';
    const { out } = await headshot('oauth-header', made.user_id, 'POST', world.url + path);
    const answer = await fetch(world.url + path, { method: 'POST', headers: { authorization: out.trim() } });
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { request: path, error: 'Read-only application cannot POST.' },
    ]);
  });

  test.each([
    ['a name that is taken', ['create', '--screen-name', 'TAKEN'], 1, 'headshot: the screen name TAKEN is taken\n'],
    [
      'a name that cannot be',
      ['create', '--screen-name', 'a b'],
      1,
      'headshot: "a b" is not a screen name, which has 1 to 15 letters, digits or _\n',
    ],
    ['no such user', ['show', 'nobody'], 1, 'headshot: there is no user nobody; see: headshot users list\n'],
    [
      'a missing option',
      ['create'],
      2,
      "headshot: required option '--screen-name <name>' not specified\nsee: headshot users create --help\n",
    ],
    ['a wrong command', ['destroy'], 2, "headshot: unknown command 'destroy'\nsee: headshot users --help\n"],
  ])('%s', async (_name, words, code, line) => {
    await headshot('users', 'create', '--screen-name', 'taken');
    for (const run of [headshot, headshotProcess]) {
      const answer = await run('users', ...words);
      expect([answer.code, answer.out, answer.err.slice(0, line.length)]).toEqual([code, '', line]);
    }
  });
});

describe('info', () => {
  const LOOPBACK = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);

  test('names what is running', async () => {
    const info = JSON.parse((await headshotProcess('info', '--json')).out);
    expect(info).toMatchObject({
      url: world.url,
      aws_endpoint: LOOPBACK,
      aws_endpoints: { s3: LOOPBACK, sqs: LOOPBACK, dynamodb: LOOPBACK, sns: LOOPBACK },
      region: 'us-east-1',
    });
    expect(Object.keys(info.buckets).sort()).toEqual(['imports', 'photos', 'raw', 'site']);
    const queues = ['jobs', 'jobs_dead', 'bulk', 'bulk_dead', 'intake', 'intake_dead'];
    expect(Object.keys(info.queues)).toEqual(expect.arrayContaining(queues));
    expect(Object.keys(info.tables)).toEqual(expect.arrayContaining(['users', 'teams', 'credentials', 'uploads']));
  });

  test('without a run: one line, exit 1', async () => {
    expect(await headshotCommand(['info'], mine('/nowhere'))).toEqual({
      code: 1,
      out: '',
      err: 'headshot: no Headshot is running here; start it with: npm start; or name a deployed one: --stack NAME\n',
    });
  });
});

test('a call to AWS that fails is a line', async () => {
  const { dataDir, running } = world.laptop;
  const other = mkdtempSync(join(tmpdir(), 'headshot-other-'));
  try {
    const written = JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8'));
    const outputs = { ...running.outputs, TableUsers: 'NotThere' };
    writeFileSync(join(other, 'running.json'), JSON.stringify({ ...written, outputs }));
    expect(await headshotHere(['users', 'list'], mine(other))).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^headshot: a call to AWS failed: ResourceNotFoundException: .*\n$/),
    });
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});

describe('help', () => {
  /** The commands that a help text lists. */
  const below = (out: string): string[] =>
    [...(out.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name ?? '');

  test('of every command names it, has --json where it does something, and fits into 80 columns', async () => {
    const left: string[][] = [[]];
    let seen = 0;
    for (let next = left.pop(); next; next = left.pop()) {
      const { code, out } = await headshot(...next, '--help');
      // An alias stands behind the name.
      expect([code, out.split(/ [<[]|\|/)[0]]).toEqual([0, ['Usage: headshot', ...next].join(' ')]);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
      expect(out.includes('  --json ')).toBe(below(out).length === 0 || next[0] === 'import');
      for (const name of below(out)) if (name !== 'help') left.push([...next, name]);
      seen++;
    }
    // There are 13 at the top level alone.
    expect(seen).toBeGreaterThan(13);
  });

  test('--version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8'));
    expect(await headshot('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test('a reader that has enough ends the command in silence', async () => {
    const program = spawn(process.execPath, ['cli/headshot.ts', '--help'], { cwd: PROJECT_DIR });
    program.stdout.destroy();
    const [err, [code]] = await Promise.all([text(program.stderr), once(program, 'exit')]);
    expect([code, err]).toEqual([0, '']);
  });
});

test('photo set, show, undo, restore and delete', async () => {
  const { user_id } = await json('users', 'create', '--screen-name', 'annie');
  const folder = mkdtempSync(join(tmpdir(), 'headshot-photo-'));
  try {
    const files = ['red.png', 'green.png'].map((name) => join(folder, name));
    writeFileSync(files[0] ?? '', await png({ picture: solid(40, 30, RED) }));
    writeFileSync(files[1] ?? '', await png({ picture: solid(40, 30, GREEN) }));
    const first = await json('photo', 'set', 'annie', files[0] ?? '');
    expect(first).toMatchObject({ user_id, screen_name: 'annie', photo: { number: 1, width_px: 40 }, history: [] });
    const second = await json('photo', 'set', 'annie', files[1] ?? '');
    expect(second.history).toEqual([first.photo]);
    const restored = await json('photo', 'restore', 'annie', first.photo.version);
    expect(restored).toMatchObject({ photo: first.photo, history: [second.photo] });
    expect(await json('photo', 'show', 'annie')).toEqual(restored);
    expect(await json('photo', 'undo', 'annie')).toMatchObject({ photo: second.photo, history: [] });
    expect(await headshot('photo', 'restore', 'annie', first.photo.version)).toMatchObject({ code: 1 });
    writeFileSync(files[0] ?? '', '%PDF-1.7');
    const refused = await headshot('photo', 'set', 'annie', files[0] ?? '');
    expect([refused.code, refused.err]).toEqual([
      1,
      `headshot: ${files[0]} is refused: The file is no picture of a format that is read here: jpeg, png, gif, webp, avif, heic.\n`,
    ]);
    expect(await json('photo', 'delete', 'annie')).toMatchObject({ photo: null, history: [] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 20_000);
