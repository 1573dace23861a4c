import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, expect, test } from '@jest/globals';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { startLaptop } from '../../local/laptop-run.ts';
import { openJournal } from '../../local/object-created-journal.ts';
import type { Running } from '../../local/running-file.ts';
import { killableLaptop } from '../killable-laptop.ts';
import { handMade, plainHost, resource } from './hand-made.ts';

const rules = (...named: [Name: string, Value: string][]) => ({
  Event: 's3:ObjectCreated:*',
  Queue: { 'Fn::GetAtt': ['Intake', 'Arn'] },
  Filter: { S3Key: { Rules: named.map(([Name, Value]) => ({ Name, Value })) } },
});
const assemblyDir = handMade(
  {
    ...plainHost(),
    Intake: resource('AWS::SQS::Queue', { VisibilityTimeout: 60 }),
    Imports: resource('AWS::S3::Bucket', {
      NotificationConfiguration: {
        QueueConfigurations: [
          rules(['prefix', 'imports/']),
          rules(['prefix', 'manifests/'], ['suffix', 'manifest.csv']),
        ],
      },
    }),
  },
  {},
  { Intake: { Value: { Ref: 'Intake' } } },
);

const folders: string[] = [];
const folder = () => {
  folders.push(mkdtempSync(join(tmpdir(), 'headshot-notifications-')));
  return folders.at(-1) ?? '';
};
afterAll(() => {
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

const options = (dataDir: string) => ({ dataDir, port: 0, assemblyDir, verbose: false, show: () => undefined });

/** Every message, until none has come for a second. */
async function messagesOf(running: Running): Promise<{ Event?: string; Records?: Record[] }[]> {
  const { sqs } = emulatorClients(running.aws_endpoints);
  const QueueUrl = running.outputs.Intake;
  const all = [];
  for (;;) {
    const wanted = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(wanted));
    if (Messages.length === 0) return all;
    for (const { Body = '', ReceiptHandle } of Messages) {
      all.push(JSON.parse(Body));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

interface Record {
  eventName: string;
  s3: { bucket: { name: string }; object: { key: string; size: number; eTag: string; sequencer: string } };
}

test('tells of what is put under the prefixes, in S3’s shape; its test event comes once', async () => {
  const dataDir = folder();
  const laptop = await startLaptop(options(dataDir));
  const { s3 } = emulatorClients(laptop.running.aws_endpoints);
  for (const Key of ['imports/b/zoë + 1@x.jpg', 'other/a', 'manifests/b/a.jpg', 'manifests/b/manifest.csv']) {
    await s3.send(new PutObjectCommand({ Bucket: 'imports', Key, Body: 'hello' }));
  }
  await s3.send(new CopyObjectCommand({ Bucket: 'imports', Key: 'imports/copy', CopySource: 'imports/other/a' }));
  const messages = await messagesOf(laptop.running);
  expect(messages.filter(({ Event }) => Event === 's3:TestEvent')).toHaveLength(2);
  const records = messages.flatMap(({ Records = [] }) => Records);
  const objects = records.map(({ s3: { object } }) => object).sort((a, b) => (a.sequencer < b.sequencer ? -1 : 1));
  // MD5 of "hello".
  const about = {
    size: 5,
    eTag: '5d41402abc4b2a76b9719d911017c592',
    sequencer: expect.stringMatching(/^[0-9A-F]{16}$/),
  };
  expect(objects).toEqual([
    { key: 'imports/b/zo%C3%AB+%2B+1%40x.jpg', ...about },
    { key: 'manifests/b/manifest.csv', ...about },
    { key: 'imports/copy', ...about },
  ]);
  expect(records[0]).toMatchObject({ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'imports' } } });
  await laptop.stop(1_000);

  const again = await startLaptop(options(dataDir));
  expect(await messagesOf(again.running)).toEqual([]);
  await again.stop(1_000);
}, 40_000);

test('kill -9 right after the puts: the next start tells of all of them', async () => {
  const dataDir = folder();
  const { child, running } = await killableLaptop(dataDir, assemblyDir);
  const { s3 } = emulatorClients(running.aws_endpoints);
  const keys = Array.from({ length: 100 }, (_, index) => `imports/b/${index}`);
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket: 'imports', Key, Body: 'x' }))));
  child.kill('SIGKILL');
  await once(child, 'close');

  const laptop = await startLaptop(options(dataDir));
  const notified = (await messagesOf(laptop.running))
    .flatMap(({ Records = [] }) => Records)
    .map(({ s3: { object } }) => object);
  expect(new Set(notified.map(({ key }) => key))).toEqual(new Set(keys));
  await laptop.stop(1_000);
}, 40_000);

test('a listing of more than a thousand names of all kinds has each once', async () => {
  const laptop = await startLaptop(options(folder()));
  const { s3 } = emulatorClients(laptop.running.aws_endpoints);
  const names = ['a_', 'A-', 'ä.', 'Z', 'z/', '~', '写', 'B b+'];
  const keys = Array.from({ length: 1_200 }, (_, index) => `other/${names[index % names.length]}${index}`);
  for (let from = 0; from < keys.length; from += 50) {
    const some = keys.slice(from, from + 50);
    await Promise.all(some.map((Key) => s3.send(new PutObjectCommand({ Bucket: 'imports', Key, Body: 'x' }))));
  }
  const listed: string[] = [];
  for (let page: string | undefined, more = true; more; more = page !== undefined) {
    const found = await s3.send(new ListObjectsV2Command({ Bucket: 'imports', ContinuationToken: page }));
    listed.push(...(found.Contents ?? []).map(({ Key }) => Key ?? ''));
    page = found.NextContinuationToken;
  }
  expect(listed.sort()).toEqual(keys.sort());
  await laptop.stop(1_000);
}, 40_000);

test('the journal forgets what was told, and survives half a line', async () => {
  const file = join(folder(), 'created.jsonl');
  const journal = openJournal(file);
  const [one, two] = [journal.add('imports', 'a'), journal.add('imports', 'b\n"')];
  expect(one.sequencer < two.sequencer).toBe(true);
  journal.notified(one.sequencer);
  const { appendFileSync } = await import('node:fs');
  appendFileSync(file, '{"put":{"bucket":"imports","key":"hal');
  expect(openJournal(file).pending()).toEqual([two]);
  expect(openJournal(file).pending()).toEqual([two]);
});
