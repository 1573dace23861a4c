import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import { PROJECT_DIR, synthesize } from '../../local/assembly.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { eventually } from '../world.ts';

const PHOTOS = 20;
const folder = mkdtempSync(join(tmpdir(), 'headshot-killed-'));
const running: number[] = [];
afterAll(() => {
  for (const pid of running) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const dataDir = join(folder, 'data');
const env = { ...process.env, HEADSHOT_DATA: dataDir };

/** The service in a process of its own, so that it can be killed. */
async function start(assemblyDir: string): Promise<number> {
  const script = `
    import { startLaptop } from '${PROJECT_DIR}/local/laptop-run.ts';
    await startLaptop({ ...${JSON.stringify({ dataDir, port: 0, assemblyDir, verbose: false })}, show() {} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child.pid ?? 0);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

async function headshot(...args: string[]): Promise<unknown> {
  const options = { cwd: PROJECT_DIR, env, maxBuffer: 64e6 };
  const { stdout } = await promisify(execFile)(process.execPath, ['cli/headshot.ts', ...args, '--json'], options);
  return JSON.parse(stdout);
}

test('kill -9 of the service half-way: started again, the import is completed, and nothing is done twice', async () => {
  const assemblyDir = join(folder, 'cdk.out');
  await synthesize(assemblyDir);
  // What was at work when it was killed comes again after the visibility timeout: shortened from a minute and two.
  const template = join(assemblyDir, 'Headshot.template.json');
  writeFileSync(
    template,
    readFileSync(template, 'utf8').replaceAll(/"VisibilityTimeout": \d+/g, '"VisibilityTimeout": 5'),
  );
  const face = await jpeg({ picture: photoLike(64, 64, 1) });
  const names = Array.from({ length: PHOTOS }, (_, index) => `k_${index}`);
  mkdirSync(join(folder, 'faces'));
  for (const name of names) writeFileSync(join(folder, 'faces', `${name}.jpg`), face);
  writeFileSync(join(folder, 'users.csv'), `screen_name\n${names.join('\n')}\n`);

  const first = await start(assemblyDir);
  await headshot('users', 'import', join(folder, 'users.csv'));
  const cli = spawn(process.execPath, ['cli/headshot.ts', 'import', join(folder, 'faces')], {
    cwd: PROJECT_DIR,
    env,
    stdio: 'ignore',
  });
  running.push(cli.pid ?? 0);
  const ended = once(cli, 'close');
  const shown = async () => (await headshot('import', 'status', 'faces').catch(() => ({}))) as { published?: number };
  const half = await eventually(shown, ({ published = 0 }) => published >= 5, 30_000);
  expect(half.published).toBeLessThan(PHOTOS);
  process.kill(first, 'SIGKILL');
  expect((await ended)[0]).toBe(1);

  const second = await start(assemblyDir);
  expect(await headshot('import', join(folder, 'faces'))).toMatchObject({
    finished: true,
    outcomes: { total: PHOTOS, published: PHOTOS },
  });
  // One photo each and none before it. A number may be lost: the service may have died right after it took one.
  const users = (await headshot('users', 'list')) as { screen_name: string; photo: unknown; history: unknown[] }[];
  expect(users.map(({ photo, history }) => [photo !== null, history.length])).toEqual(names.map(() => [true, 0]));
  process.kill(second, 'SIGKILL');
}, 120_000);
