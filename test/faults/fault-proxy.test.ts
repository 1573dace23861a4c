import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, GetItemCommand, ListTablesCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { importFiles } from '../../lambdas/store/import-files.ts';
import { rawStore } from '../../lambdas/store/raw-files.ts';
import { type Emulators, startEmulators } from '../../local/emulators.ts';
import { type FaultClients, faultClients } from './fault-clients.ts';
import { type Decide, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { seededFaults } from './seeded-faults.ts';
import type { WireCall } from './wire-call.ts';

/** Every fault as the real SDK meets it: what it sees, what it does, and what the service did meanwhile. */
let emulators: Emulators;
let proxy: FaultProxy;
let clients: FaultClients;
let queueUrl: string;
const effects: WireCall[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'headshot-faults-'));

beforeAll(async () => {
  emulators = await startEmulators(dataDir);
  const { aws, dynamodb } = emulators;
  const onEffect = async (call: WireCall) => void effects.push(call);
  proxy = await startFaultProxy({ s3: aws, sqs: aws, sns: aws, dynamodb }, { onEffect });
  const { url } = proxy;
  clients = await faultClients({ s3: url, sqs: url, sns: url, dynamodb: url });
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'pictures' }));
  const key = { AttributeName: 'id', AttributeType: 'S', KeyType: 'HASH' } as const;
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: 'counts',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key],
      AttributeDefinitions: [key],
    }),
  );
  await clients.sns.send(new CreateTopicCommand({ Name: 'events' }));
  const made = await clients.sqs.send(
    new CreateQueueCommand({ QueueName: 'work', Attributes: { VisibilityTimeout: '30' } }),
  );
  queueUrl = `${proxy.url}${new URL(made.QueueUrl ?? '').pathname}`;
}, 30_000);
afterEach(() => {
  proxy.begin();
  effects.length = 0;
});
afterAll(async () => {
  await proxy?.close();
  await emulators?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A fault for the first tries of every call. */
const onTries =
  (fault: Fault, tries: number): Decide =>
  ({ attempt }) =>
    attempt <= tries ? fault : undefined;

const addOne = (id: string) =>
  clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: 'counts',
      Key: { id: { S: id } },
      UpdateExpression: 'ADD seq :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );

/** Reads past all faults. */
async function countOf(id: string): Promise<string | undefined> {
  proxy.begin();
  const { Item } = await clients.dynamodb.send(new GetItemCommand({ TableName: 'counts', Key: { id: { S: id } } }));
  return Item?.seq?.N;
}

describe('a connection that breaks', () => {
  test('before the service hears of it: the retry is the only one that counts', async () => {
    proxy.begin(onTries({ kind: 'drop-request' }, 1));
    const { Attributes, $metadata } = await addOne('dropped-request');
    expect([Attributes?.seq?.N, $metadata.attempts]).toEqual(['1', 2]);
    expect(await countOf('dropped-request')).toBe('1');
  });

  test.each<Fault['kind']>(['drop-answer', 'reset-mid-body'])(
    '%s: the effect is there, and the retry is a second one',
    async (kind) => {
      proxy.begin(onTries({ kind } as Fault, 1));
      const { Attributes, $metadata } = await addOne(kind);
      expect([Attributes?.seq?.N, $metadata.attempts]).toEqual(['2', 2]);
      expect(await countOf(kind)).toBe('2');
    },
  );

  test('for every try: the call fails, having had its effect three times', async () => {
    proxy.begin(onTries({ kind: 'drop-answer' }, 3));
    await expect(addOne('never-answered')).rejects.toThrow('socket hang up');
    expect(await countOf('never-answered')).toBe('3');
  });

  test('in the middle of an object: reading it fails', async () => {
    await clients.s3.send(new PutObjectCommand({ Bucket: 'pictures', Key: 'half', Body: Buffer.alloc(100_000, 7) }));
    proxy.begin(onTries({ kind: 'reset-mid-body' }, 1));
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: 'pictures', Key: 'half' }));
    await expect(Body?.transformToByteArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  describe('in the middle of an object, and whoever reads it', () => {
    const content = Buffer.alloc(100_000, 7);
    const breaksOff =
      (times: number): Decide =>
      ({ nth }) =>
        nth < times ? { kind: 'reset-mid-body' } : undefined;
    beforeAll(() => clients.s3.send(new PutObjectCommand({ Bucket: 'pictures', Key: 'whole', Body: content })));

    test.each([
      ['a worker its raw file', async () => rawStore(clients.s3, 'pictures').get('whole')],
      ['an import a file', async () => (await importFiles(clients.s3, 'pictures').get('whole', 1e6))?.content],
      [
        'an import a manifest',
        async () => {
          const files = importFiles(clients.s3, 'pictures');
          const { etag = '' } = (await files.head('whole')) ?? {};
          return (await files.part('whole', etag, 0, 1e6))?.content;
        },
      ],
    ])('%s: asks again twice', async (_who, read) => {
      proxy.begin(breaksOff(2));
      expect(Buffer.compare(Buffer.from((await read()) ?? []), content)).toBe(0);
      proxy.begin(breaksOff(3));
      await expect(read()).rejects.toMatchObject({ code: 'ECONNRESET' });
    });
  });
});

describe('a service that says no', () => {
  const CALLS: [service: keyof FaultClients, call: () => Promise<{ $metadata: { attempts?: number } }>][] = [
    ['s3', () => clients.s3.send(new ListBucketsCommand())],
    ['dynamodb', () => clients.dynamodb.send(new ListTablesCommand())],
    ['sqs', () => clients.sqs.send(new ListQueuesCommand())],
    ['sns', () => clients.sns.send(new ListTopicsCommand())],
  ];
  /** The names in each SDK, from the services' API references. */
  const NAMES = {
    throttle: { s3: 'SlowDown', dynamodb: 'ThrottlingException', sqs: 'ThrottlingException', sns: 'Throttling' },
    unavailable: {
      s3: 'InternalError',
      dynamodb: 'InternalServerError',
      sqs: 'ServiceUnavailable',
      sns: 'ServiceUnavailable',
    },
  };

  test.each(CALLS)('%s: tried again, and known by its name when it goes on', async (service, call) => {
    for (const kind of ['throttle', 'unavailable'] as const) {
      proxy.begin(onTries({ kind }, 2));
      expect((await call()).$metadata.attempts).toBe(3);
      effects.length = 0;
      proxy.begin(onTries({ kind }, 3));
      await expect(call()).rejects.toMatchObject({ name: NAMES[kind][service] });
      expect(effects).toEqual([]);
    }
  });

  test('a table’s own bound', async () => {
    proxy.begin(onTries({ kind: 'throughput' }, 3));
    await expect(addOne('bounded')).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(await countOf('bounded')).toBeUndefined();
  });
});

describe('time', () => {
  test('a delay is waited for', async () => {
    proxy.begin(onTries({ kind: 'delay', delayMs: 80 }, 1));
    const startedMs = performance.now();
    await addOne('delayed');
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(79);
  });

  test('a call that is held lets another one pass it', async () => {
    await addOne('held');
    let others: string | undefined;
    const until = async () => {
      others = (await clients.dynamodb.send(new GetItemCommand({ TableName: 'counts', Key: { id: { S: 'held' } } })))
        .Item?.seq?.N;
    };
    proxy.begin(({ operation }) => (operation === 'UpdateItem' ? { kind: 'hold', until } : undefined));
    const { Attributes } = await addOne('held');
    expect([others, Attributes?.seq?.N]).toEqual(['1', '2']);
  });
});

describe('whoever dies', () => {
  test.each<[kind: 'die-before' | 'die-after', count: string | undefined]>([
    ['die-before', undefined],
    ['die-after', '1'],
  ])('%s: the call has its effect or not, none comes after it', async (kind, count) => {
    proxy.begin(({ ordinal }) => (ordinal === 1 ? { kind } : undefined));
    await clients.s3.send(new ListBucketsCommand());
    await expect(addOne(kind)).rejects.toThrow('socket hang up');
    await expect(clients.s3.send(new ListBucketsCommand())).rejects.toThrow('socket hang up');
    expect(await countOf(kind)).toBe(count);
  });
});

describe('a queue', () => {
  const send = (MessageBody: string) => clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
  const receive = async (MaxNumberOfMessages = 1, decide?: Decide) => {
    proxy.begin(decide);
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages }),
    );
    return Messages;
  };
  const remove = (ReceiptHandle = '') =>
    clients.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  const bodies = (messages: { Body?: string }[]) => messages.map(({ Body }) => Body);
  const faulty =
    (kind: 'late' | 'twice' | 'reversed' | 'visibility-passes'): Decide =>
    () => ({ kind });

  test('twice: a message that was deleted comes again, with the next one', async () => {
    await send('one');
    const [one] = await receive();
    await remove(one?.ReceiptHandle);
    await send('two');
    const [two, again] = await receive(1, faulty('twice'));
    expect(bodies([two ?? {}, again ?? {}])).toEqual(['two', 'one']);
    expect(again?.MessageId).toBe(one?.MessageId);
    await remove(two?.ReceiptHandle);
    // To delete with a receipt that was used before is no error.
    await remove(again?.ReceiptHandle);
    expect(await receive()).toEqual([]);
  });

  test('late: it comes with the next answer', async () => {
    await send('late');
    expect(await receive(1, faulty('late'))).toEqual([]);
    const [late] = await receive();
    expect(late?.Body).toBe('late');
    await remove(late?.ReceiptHandle);
  });

  test('out of order', async () => {
    for (const body of ['a', 'b', 'c']) await send(body);
    const messages = await receive(10, faulty('reversed'));
    expect(bodies(messages)).toEqual(['c', 'b', 'a']);
    for (const { ReceiptHandle } of messages) await remove(ReceiptHandle);
  });

  test('the visibility timeout passes while the worker is at work: another has the message, too', async () => {
    await send('shared');
    const [mine] = await receive(1, faulty('visibility-passes'));
    const [theirs] = await receive();
    expect([mine?.Body, theirs?.MessageId]).toEqual(['shared', mine?.MessageId]);
    expect(await receive()).toEqual([]);
    await remove(theirs?.ReceiptHandle);
  });
});

describe('a seed', () => {
  const call = (operation: string, nth: number, attempt = 1): WireCall => ({
    service: 's3',
    operation,
    resource: '',
    key: '',
    body: Buffer.alloc(0),
    attempt,
    ordinal: 0,
    nth,
  });
  const kinds = (decide: Decide, operation: string) =>
    Array.from({ length: 2_000 }, (_, nth) => decide(call(operation, nth))?.kind);

  test('says what happens to the n-th call of an operation, whatever came between', () => {
    expect(kinds(seededFaults(7, 0.1), 'PutObject')).toEqual(kinds(seededFaults(7, 0.1), 'PutObject'));
    const decide = seededFaults(7, 0.1);
    kinds(decide, 'GetObject');
    expect(kinds(decide, 'PutObject')).toEqual(kinds(seededFaults(7, 0.1), 'PutObject'));
  });

  test('another seed and another operation have faults elsewhere', () => {
    expect(kinds(seededFaults(8, 0.1), 'PutObject')).not.toEqual(kinds(seededFaults(7, 0.1), 'PutObject'));
    expect(kinds(seededFaults(7, 0.1), 'GetObject')).not.toEqual(kinds(seededFaults(7, 0.1), 'PutObject'));
  });

  test('the share is the share', () => {
    const faults = kinds(seededFaults(1, 0.1), 'PutObject').filter((kind) => kind !== undefined);
    // 2,000 tries at 0.1: 200, and five standard deviations of 13.4 either way.
    expect(Math.abs(faults.length - 200)).toBeLessThan(67);
    expect(new Set(faults).size).toBe(6);
  });
});
