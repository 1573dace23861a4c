import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { readRunning } from '../../local/running-file.ts';
import { headshotHere } from '../headshot-here.ts';
import { jpeg, photoLike } from '../pictures.ts';
import { eventually } from '../world.ts';

const PHOTOS = 30;
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
const env = { ...process.env, HEADSHOT_DATA: dataDir, PORT: '0' };

/** `npm start` as a person calls it, on the project's own template. */
async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['local/start.ts'], {
    cwd: PROJECT_DIR,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child.pid ?? 0);
  let printed = '';
  await new Promise<void>((done, fail) => {
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (printed.includes('headshot ready at')) done();
    });
    child.once('exit', (code) => fail(new Error(`npm start ended with ${code}: ${printed}`)));
  });
  await expireFast();
  return child;
}

/**
 * What was under way when the service was killed comes again after the visibility timeout: seconds here, not a minute
 * or two.
 */
async function expireFast(): Promise<void> {
  const found = readRunning(dataDir);
  if (found === undefined) throw new Error('the run wrote no running.json');
  const credentials = { accessKeyId: 'laptop', secretAccessKey: 'laptop' };
  const sqs = new SQSClient({ endpoint: found.aws_endpoints.sqs, region: found.region, credentials });
  for (const QueueUrl of [found.outputs.QueueIntake, found.outputs.QueueBulk]) {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '5' } }));
  }
  sqs.destroy();
}

async function headshot(...args: string[]): Promise<unknown> {
  const { code, out, err } = await headshotHere([...args, '--json'], env);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

test('kill -9 of npm start half-way: started again, the import is completed, and nothing is done twice', async () => {
  const face = await jpeg({ picture: photoLike(64, 64, 1) });
  const names = Array.from({ length: PHOTOS }, (_, index) => `k_${index}`);
  mkdirSync(join(folder, 'faces'));
  for (const name of names) writeFileSync(join(folder, 'faces', `${name}.jpg`), face);
  writeFileSync(join(folder, 'users.csv'), `screen_name\n${names.join('\n')}\n`);

  const first = await start();
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
  first.kill('SIGKILL');
  expect((await ended)[0]).toBe(1);

  const second = await start();
  expect(await headshot('import', join(folder, 'faces'))).toMatchObject({
    finished: true,
    outcomes: { total: PHOTOS, published: PHOTOS },
  });
  // One photo each, and none before it. A number may be lost, when the service died right after it took one.
  const everybody = (await headshot('users', 'list')) as { screen_name: string; photo: unknown; history: unknown[] }[];
  const users = everybody.filter(({ screen_name }) => names.includes(screen_name));
  expect(users.map(({ photo, history }) => [photo !== null, history.length])).toEqual(names.map(() => [true, 0]));
  second.kill('SIGKILL');
}, 120_000);
