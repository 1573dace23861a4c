import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { AVATAR_SETTINGS } from '../avatar-world.ts';
import { headshotHere } from '../headshot-here.ts';
import { eventually, testWorld, type World } from '../world.ts';

/** The doctor against a laptop run: green, in a minute; and what a run that was killed has left is gone after the next. */
let world: World;
let assembly: Awaited<ReturnType<typeof assemblyWith>>;
const ORIGIN = 'https://app.example.com';

beforeAll(async () => {
  // As with the setting `allowedOrigins`.
  assembly = await assemblyWith((template) => {
    template.Outputs.AllowedOrigins = { Value: ORIGIN };
    for (const { Properties } of Object.values(template.Resources)) {
      const variables = (Properties?.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables;
      if (variables?.HEADSHOT_ALLOWED_ORIGINS !== undefined)
        variables.HEADSHOT_ALLOWED_ORIGINS = JSON.stringify([ORIGIN]);
    }
  }, AVATAR_SETTINGS);
  world = await testWorld({ assemblyDir: assembly.dir });
}, 60_000);
afterAll(async () => {
  await world?.end();
  assembly?.remove();
}, 30_000);

const env = () => ({ HEADSHOT_DATA: world.laptop.dataDir });

interface Said {
  seconds: number;
  counts: Record<string, number>;
  checks: { name: string; verdict: string; detail: string; meaning?: string; next?: string; docs?: string }[];
  not_removed: string[];
}

test('all is well, in 60 seconds; what only AWS can answer says so and is counted apart', async () => {
  const { code, out, err } = await headshotHere(['doctor', '--json'], env());
  expect(err).toBe('');
  const said: Said = JSON.parse(out);
  expect(said.checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
  const detailOf = (check: string) => said.checks.find(({ name }) => name === check)?.detail;
  expect(detailOf('doctor-v1-cors')).toBe(ORIGIN);
  expect(detailOf('doctor-avatar')).toBe('the photo, by md5 and sha256');
  expect(detailOf('doctor-avatar-gone')).toBe('404 where it is asked for, else the default');
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
  const { code, out } = await headshotHere(['doctor', '--only', 'privacy'], env());
  expect(code).toBe(0);
  expect(out).toMatch(/^✓ doctor-not-served +\d+\.\d s {2}6 paths lead nowhere$/m);
  expect(out).toMatch(/^· doctor-private-raw +0\.0 s {2}only on AWS$/m);
  expect(out).toMatch(/^1 ✓, 0 !, 0 ✗ in [\d.]+ s; 4 can be answered only on AWS\n$/m);
  expect((await headshotHere(['doctor', '--only', 'nothing'], env())).code).toBe(2);
}, 30_000);

type Entry = { kind: string; screenName?: string; batch?: string; name?: string; marker?: string };
/** What is on the list on disk. */
function entries(): Entry[] {
  const file = join(world.laptop.dataDir, 'doctor/laptop.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
const nameOf = ({ screenName, batch, name, marker }: Entry): string => screenName ?? batch ?? name ?? marker ?? '';

/** For a minute these are looked at again: a user until the record is gone, an import until nothing of it can be under way. */
const isLookedAtAgain = ({ kind }: Entry): boolean => kind === 'user' || kind === 'import';

/** What an earlier run had on the list is gone; users are stopped. */
async function expectTidied(earlier: Entry[]): Promise<void> {
  const texts = earlier.map((entry) => JSON.stringify(entry));
  expect(entries().filter((entry) => !isLookedAtAgain(entry) && texts.includes(JSON.stringify(entry)))).toEqual([]);
  const names = earlier.flatMap(({ screenName }) => screenName ?? []);
  const users = await Array.fromAsync(world.stores.users.list());
  expect(users.filter(({ screenName, state }) => names.includes(screenName) && state !== 'erased')).toEqual([]);
}

test('--keep leaves what was made, and the next run removes it', async () => {
  const known = entries().map(nameOf);
  const kept = await headshotHere(['doctor', '--only', 'refusals', '--keep', '--json'], env());
  expect(kept.code).toBe(0);
  const left = entries().filter((entry) => !known.includes(nameOf(entry)));
  expect(left.map(({ kind }) => kind).toSorted()).toEqual(['import', 'import', 'listener', 'user', 'user', 'user']);
  const names = left.flatMap(({ screenName }) => screenName ?? []);
  const users = await Array.fromAsync(world.stores.users.list());
  expect(users.filter(({ screenName, state }) => names.includes(screenName) && state === 'active')).toHaveLength(3);
  expect((await headshotHere(['doctor', '--only', 'privacy'], env())).code).toBe(0);
  await expectTidied(left);
}, 60_000);

/** Kills a run so long after it has printed the line of a check. */
const killedAfter = (check: string, delayMs: number, groups: string[]): Promise<boolean> =>
  new Promise((done) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const only = groups.length > 0 ? ['--only', ...groups] : [];
    const child = spawn(process.execPath, ['cli/headshot.ts', 'doctor', ...only], {
      cwd: PROJECT_DIR,
      env: { PATH, NODE_COMPILE_CACHE, ...env() },
    });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      const isThere = printed.includes(check);
      printed += text;
      if (!isThere && printed.includes(check)) setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    child.once('exit', (_code, signal) => done(signal === 'SIGKILL'));
  });

/** After which line, how much later, and of which groups: the same run without what lies between, so that a late point comes soon. */
const KILLS: [check: string, delayMs: number, ...groups: string[]][] = [
  ['doctor-clock', 0],
  ['doctor-clock', 100],
  ['doctor-clock', 250],
  ['doctor-users', 0],
  ['doctor-times-cold', 0],
  ['doctor-slack-gif', 20],
  ['doctor-events', 100, 'refusals', 'queues'],
  ['doctor-import-folder', 0, 'imports'],
  ['doctor-undo', 20, 'changes'],
  ['doctor-delete-cdn', 20, 'changes'],
];

test('killed at ten points of its run, it leaves nothing after the next', async () => {
  let earlier: Entry[] = [];
  for (const [check, delayMs, ...groups] of KILLS) {
    expect(await killedAfter(check, delayMs, groups)).toBe(true);
    // Each run is the next of the one that was killed before.
    await expectTidied(earlier);
    const known = earlier.map(nameOf);
    earlier = entries();
    // Otherwise nothing was interrupted, and this shows nothing.
    expect(earlier.filter((entry) => !known.includes(nameOf(entry)))).not.toEqual([]);
  }
  const last = await headshotHere(['doctor', '--only', 'privacy'], env());
  expect([last.code, last.err]).toEqual([0, '']);
  await expectTidied(earlier);
  await expectNothingLeft();
}, 200_000);

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
  expect(entries().filter((entry) => !isLookedAtAgain(entry))).toEqual([]);
  for (const { batch } of entries())
    if (batch !== undefined) expect(await world.stores.batches.entriesOfBatch(batch)).toEqual([]);
}
