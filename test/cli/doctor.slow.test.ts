import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { headshotCommand } from '../headshot-command.ts';
import { eventually, testWorld, type World } from '../world.ts';

/** The doctor against a laptop run: green, in a minute; and what a run that was killed has left is gone after the next. */
let world: World;
beforeAll(async () => {
  world = await testWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

const env = () => ({ HEADSHOT_DATA: world.laptop.dataDir });
const listFile = () => join(world.laptop.dataDir, 'doctor/laptop.json');

interface Said {
  seconds: number;
  counts: Record<string, number>;
  checks: { name: string; verdict: string; detail: string; meaning?: string; next?: string; docs?: string }[];
  not_removed: string[];
}

test('all is well, in 60 seconds; what only AWS can answer says so and is counted apart', async () => {
  const { code, out, err } = await headshotCommand(['doctor', '--json'], env());
  expect(err).toBe('');
  const said: Said = JSON.parse(out);
  expect(said.checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
  expect(said.not_removed).toEqual([]);
  expect(code).toBe(0);
  const onAws = said.checks.filter(({ verdict }) => verdict === 'only_on_aws');
  expect(onAws.length).toBeGreaterThan(10);
  expect(new Set(onAws.map(({ detail }) => detail))).toEqual(new Set(['only on AWS']));
  expect(said.counts).toEqual({ ok: said.checks.length - onAws.length, warn: 0, fail: 0, only_on_aws: onAws.length });
  expect(said.seconds).toBeLessThanOrEqual(60);
  await expectNothingLeft();
}, 120_000);

test('text: a line a check, and a count of what only AWS can answer; a wrong command line is 2', async () => {
  const { code, out } = await headshotCommand(['doctor', '--only', 'privacy'], env());
  expect(code).toBe(0);
  expect(out).toMatch(/^✓ doctor-not-served +\d+\.\d s {2}6 paths lead nowhere$/m);
  expect(out).toMatch(/^· doctor-private-raw +0\.0 s {2}only on AWS$/m);
  expect(out).toMatch(/^1 ✓, 0 !, 0 ✗ in [\d.]+ s; 4 can be answered only on AWS\n$/m);
  expect((await headshotCommand(['doctor', '--only', 'nothing'], env())).code).toBe(2);
}, 30_000);

/** Kills a run right after it has printed so many lines. */
const killedAfter = (lines: number): Promise<void> =>
  new Promise((done) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(process.execPath, ['cli/headshot.ts', 'doctor'], {
      cwd: PROJECT_DIR,
      env: { PATH, NODE_COMPILE_CACHE, ...env() },
    });
    let printed = 0;
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString().split('\n').length - 1;
      if (printed >= lines) child.kill('SIGKILL');
    });
    child.once('exit', () => done());
  });

const KILLED_AFTER = [1, 2, 3, 5, 9, 15, 21, 25, 31, 34];

test('killed at ten points of its run, it leaves nothing after the next', async () => {
  let found = 0;
  for (const lines of KILLED_AFTER) {
    await killedAfter(lines);
    if (existsSync(listFile())) found++;
    const next = await headshotCommand(['doctor', '--only', 'privacy'], env());
    expect([lines, next.code, next.err]).toEqual([lines, 0, '']);
    await expectNothingLeft();
  }
  // Otherwise nothing was interrupted, and this shows nothing.
  expect(found).toBeGreaterThanOrEqual(8);
}, 400_000);

/** But for users that are stopped and gone a minute later, by the second pass of their erasure. */
async function expectNothingLeft(): Promise<void> {
  const users = (await Array.fromAsync(world.stores.users.list())).filter(({ screenName }) =>
    screenName.startsWith('doctor_'),
  );
  expect(users.filter(({ state }) => state !== 'erased')).toEqual([]);
  for (const { id } of users) {
    const traces = await eventually(
      () => world.traces(id),
      ({ raw, photos }) => raw.length + photos.length === 0,
      15_000,
    );
    expect({ id, raw: traces.raw, photos: traces.photos }).toEqual({ id, raw: [], photos: [] });
  }
  expect(await world.keysOf('BucketImports', 'imports/doctor-')).toEqual([]);
  expect(await world.keysOf('BucketImports', 'manifests/doctor-')).toEqual([]);
  expect(await world.depthOf('QueueIntakeDead')).toBe(0);
  const { QueueUrls = [] } = await sqsClient().send(new ListQueuesCommand({ QueueNamePrefix: 'headshot-doctor-' }));
  expect(QueueUrls).toEqual([]);
  const TopicArn = world.laptop.running.outputs.TopicPhotoEvents;
  const { Subscriptions = [] } = await snsClient().send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions.filter(({ Endpoint }) => Endpoint?.includes('headshot-doctor-'))).toEqual([]);
  const list = existsSync(listFile()) ? JSON.parse(readFileSync(listFile(), 'utf8')) : [];
  expect(list.filter(({ kind }: { kind: string }) => kind !== 'user')).toEqual([]);
}
