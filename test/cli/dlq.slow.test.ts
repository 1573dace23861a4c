import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rawKey } from '../../lambdas/core/object-keys.ts';
import { sqsClient } from '../../lambdas/store/aws-clients.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { writeRunning } from '../../local/running-file.ts';
import { headshotHere } from '../headshot-here.ts';
import { hurryTemplate } from '../hurried-template.ts';
import { acceptedJob } from '../jobs.ts';
import { sharedAssembly } from '../laptop.ts';
import { png, RED, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { eventually, testWorld, type World } from '../world.ts';

/**
 * Dead letters, and what an operator does for a user, by the command as a person calls it, against a laptop run. Its
 * template is the project's own, but messages die within seconds, and an erasure waits only as long as a message is
 * hidden.
 */
const VISIBILITY_SECONDS = 4;
const TRIES = 2;

let world: World;
let file: Buffer;
let unreadable: string | undefined;
const root = mkdtempSync(join(tmpdir(), 'headshot-dlq-'));

beforeAll(async () => {
  const assemblyDir = join(root, 'assembly');
  cpSync((await sharedAssembly()) ?? '', assemblyDir, { recursive: true });
  hurryTemplate(assemblyDir, { visibilitySeconds: VISIBILITY_SECONDS, hidden: '60', tries: TRIES });
  world = await testWorld({ assemblyDir });
  writeRunning(world.laptop.dataDir, world.laptop.running);
  file = await png({ picture: solid(512, 512, RED) });
  // It dies while the other tests run.
  unreadable = await send('QueueJobs', '{"upload_id":"\u202eno"');
}, 60_000);
afterAll(async () => {
  await world?.end();
  rmSync(root, { recursive: true, force: true });
}, 30_000);

const outputOf = (name: string): string => world.laptop.running.outputs[name] ?? '';

async function send(queue: string, body: string): Promise<string | undefined> {
  const sent = await sqsClient().send(new SendMessageCommand({ QueueUrl: outputOf(queue), MessageBody: body }));
  return sent.MessageId;
}

const headshot = (...words: string[]) => headshotHere(words, { HEADSHOT_DATA: world.laptop.dataDir });

async function json(...words: string[]) {
  const { code, out, err } = await headshot(...words, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

/** An acknowledged upload whose job became a dead letter. */
const deadUpload = async (userId: string): Promise<string> =>
  (await acceptedJob(userId, file, { ...world.stores, jobs: jobQueue(sqsClient(), outputOf('QueueJobsDead')) }))
    .uploadId;

interface Listed {
  message_id: string;
  upload_id?: string;
  user_id?: string;
  kind: string;
}

const ended = (uploadId: string) =>
  eventually(
    () => world.stores.uploads.get(uploadId),
    (row) => row?.state !== 'queued',
    20_000,
  );

describe('dead letters', () => {
  test('are listed with their reasons, shown, sent again or discarded', async () => {
    const [grace, linus, mary] = [await world.newUser(), await world.newUser(), await world.newUser()];
    const good = await deadUpload(grace.id);
    const fileGone = await deadUpload(linus.id);
    await world.stores.raw.remove([rawKey(linus.id, fileGone)]);
    const unwanted = await deadUpload(mary.id);

    const listed: Listed[] = await json('dlq', 'list', '--queue', 'jobs');
    const ofUpload = (id: string) => listed.find(({ upload_id }) => upload_id === id);
    expect(ofUpload(good)).toEqual({
      queue: 'jobs',
      message_id: expect.any(String),
      kind: 'photo',
      sent_at: expect.stringMatching(/^20\d\d-.*Z$/),
      received: expect.any(Number),
      user_id: grace.id,
      screen_name: grace.screenName,
      upload_id: good,
      number: 1,
      state: 'queued',
      file_exists: true,
      why: expect.stringContaining('a redrive tries again'),
    });
    expect(ofUpload(fileGone)).toMatchObject({ file_exists: false, why: expect.stringContaining('is gone') });

    // What the list hid is visible again well before its 5 seconds. What somebody else hides is waited for.
    const hide = { QueueUrl: outputOf('QueueJobsDead'), MaxNumberOfMessages: 10, VisibilityTimeout: 2 };
    const receive = async () => (await sqsClient().send(new ReceiveMessageCommand(hide))).Messages ?? [];
    expect(await eventually(receive, ({ length }) => length > 0, 2_500)).not.toEqual([]);
    const id = ofUpload(good)?.message_id ?? '';
    const shown = await json('dlq', 'show', id);
    expect(shown).toMatchObject({ message_id: id, upload_id: good });
    expect(JSON.parse(shown.body)).toMatchObject({ upload_id: good, user_id: grace.id });

    expect(await json('dlq', 'redrive', id)).toEqual([
      { queue: 'jobs', message_id: id, sent_as: expect.stringMatching(/./) },
    ]);
    expect(await ended(good)).toMatchObject({ state: 'published' });
    expect((await world.stores.users.get(grace.id))?.photo).toBeDefined();

    const other = ofUpload(unwanted)?.message_id ?? '';
    const unsure = await headshot('dlq', 'discard', other);
    expect([unsure.code, unsure.out]).toEqual([1, '']);
    expect((await headshot('dlq', 'discard', other, '--yes')).out).toBe(`discarded ${other} of jobs\n`);
    expect(await world.stores.uploads.get(unwanted)).toMatchObject({ state: 'failed', reason: 'discarded' });
    const again = await headshot('dlq', 'show', other);
    expect([again.code, again.err]).toEqual([
      1,
      `headshot: there is no dead letter ${other}; see: headshot dlq list\n`,
    ]);
    expect((await world.stores.users.get(mary.id))?.photo).toBeUndefined();

    // What is left is the letter without its file, and perhaps the unreadable one.
    await json('dlq', 'redrive', '--all', '--queue', 'jobs');
    expect(await ended(fileGone)).toMatchObject({ state: 'failed', reason: 'raw-gone' });
  }, 90_000);

  test('of the other queues', async () => {
    const { id, screenName } = await world.newUser();
    await send('QueueSweepsDead', JSON.stringify({ kind: 'erase', user_id: id }));
    const s3 = { bucket: { name: 'b' }, object: { key: 'imports/b/%1B%5B31mada.jpg', sequencer: '0A' } };
    await send('QueueIntakeDead', JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] }));
    const [sweep] = await json('dlq', 'list', '--queue', 'sweeps');
    expect(sweep).toMatchObject({ queue: 'sweeps', kind: 'erase', user_id: id, screen_name: screenName });
    const { out } = await headshot('dlq', 'list', '--queue', 'intake');
    expect(out).toMatch(/^QUEUE +MESSAGE ID +SENT +RECEIVED +KIND +USER +UPLOAD OR FILE +WHY$/m);
    expect(out).toMatch(/^intake .* files +- +imports\/b\/\\u001b\[31mada\.jpg +not all files are there/m);
    for (const queue of ['sweeps', 'intake']) {
      expect(await json('dlq', 'discard', '--all', '--yes', '--queue', queue)).toHaveLength(1);
      expect(await world.depthOf(queue === 'sweeps' ? 'QueueSweepsDead' : 'QueueIntakeDead')).toBe(0);
    }
    // To give up the dead letter of an erasure that nobody asked for must erase nobody.
    expect((await world.stores.users.get(id))?.state).toBe('active');
    expect((await headshot('dlq', 'list', '--queue', 'bulk')).out).toBe('no dead letters\n');
  }, 60_000);

  test('one that nobody can read dies after its tries, and is evidence until it is discarded', async () => {
    const list = () => json('dlq', 'list', '--queue', 'jobs') as Promise<Listed[]>;
    const dead = await eventually(list, (all) => all.length > 0, 60_000);
    expect(dead).toEqual([expect.objectContaining({ kind: 'unreadable', why: expect.stringMatching(/^unreadable/) })]);
    const { out } = await headshot('dlq', 'show', dead[0]?.message_id ?? '');
    expect(out).toMatch(/^body +\{"upload_id":"\?no"$/m);
    expect(unreadable).toBeDefined();
    expect(await json('dlq', 'discard', '--all', '--yes')).toHaveLength(1);
    expect(await world.depthOf('QueueJobsDead')).toBe(0);
  }, 90_000);

  test.each([
    ['neither a message nor --all', ['redrive']],
    ['both', ['discard', 'x', '--all', '--yes']],
    ['no such queue', ['list', '--queue', 'nowhere']],
  ])('a wrong command line: %s', async (_name, words) => {
    const { code, out, err } = await headshot('dlq', ...words);
    expect([code, out, err.split(':')[0]]).toEqual([2, '', 'headshot']);
  });
});

describe('for a user, by hand', () => {
  const publish = async (token: string): Promise<void> => {
    const { headers } = await setPhoto(world.url, token, file);
    expect(await ended(headers.get('x-upload-id') ?? '')).toMatchObject({ state: 'published' });
  };

  test('photo undo, photo delete, erase, and a sweep', async () => {
    const { id, token, screenName } = await world.newUser();
    await publish(token);
    const first = (await world.stores.users.get(id))?.photo?.version;
    await publish(token);
    expect(await json('photo', 'undo', screenName)).toMatchObject({ user_id: id, photo: { version: first } });
    expect((await world.stores.users.get(id))?.photo?.version).toBe(first);
    const noMore = await headshot('photo', 'undo', id);
    expect([noMore.code, noMore.err]).toEqual([1, `headshot: ${screenName} has no earlier photo\n`]);

    expect((await headshot('photo', 'delete', id)).out).toBe(`${screenName} shows no photo\n`);
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toEqual([]);

    await publish(token);
    const { code, out } = await headshot('users', 'erase', screenName, '--yes', '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { user_id: id, state: 'erased', tombstone: { id } }]);
    expect(JSON.parse(out).removed).toMatchObject({ raw_files: 3, uploads: 3 });
    expect(await world.keysOf('BucketPhotos', `${id}/`)).toEqual([]);
    expect(await world.keysOf('BucketRaw', `raw/${id}/`)).toEqual([]);

    // Marked as erased, and no message about it: only the sweep can find it.
    const half = await world.newUser();
    await world.stores.users.markErased(half.id);
    expect((await headshot('sweep')).out).toMatch(/^sweep started/);
    const buried = await eventually(
      () => world.stores.users.tombstone(half.id),
      (tombstone) => tombstone !== undefined,
      30_000,
    );
    expect(buried).toMatchObject({ userId: half.id });
  }, 90_000);
});
