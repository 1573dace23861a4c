import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmulatorClients, emulatorClients } from '../../local/emulator-clients.ts';
import { type Emulators, startEmulators } from '../../local/emulators.ts';

/** Limits that the emulators themselves enforce. Their next release may not, and AWS still will. */
let emulators: Emulators;
let clients: EmulatorClients;
let QueueUrl: string | undefined;
let TopicArn: string | undefined;
const dataDir = mkdtempSync(join(tmpdir(), 'headshot-limits-'));

beforeAll(async () => {
  emulators = await startEmulators(dataDir);
  const { aws, dynamodb } = emulators;
  clients = emulatorClients({ s3: aws, sqs: aws, sns: aws, dynamodb, secretsmanager: aws, cloudfront: aws });
  ({ QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'q' })));
  ({ TopicArn } = await clients.sns.send(new CreateTopicCommand({ Name: 't' })));
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: 'Things',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
}, 20_000);
afterAll(async () => {
  await emulators?.stop();
  rmSync(dataDir, { recursive: true });
});

const MIB = 1024 * 1024;

describe('SQS', () => {
  const send = (MessageBody: string) => clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

  test('a message may have 1 MiB and not a byte more', async () => {
    expect((await send('x'.repeat(MIB))).MessageId).toBeDefined();
    await expect(send('x'.repeat(MIB + 1))).rejects.toThrow('must be shorter than 1048576 bytes');
  });

  test('a batch too, all its messages together, of ten at the most', async () => {
    const batch = (...bodies: string[]) =>
      clients.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
        }),
      );
    expect((await batch('x'.repeat(MIB / 2), 'x'.repeat(MIB / 2))).Successful).toHaveLength(2);
    await expect(batch('x'.repeat(MIB / 2), 'x'.repeat(MIB / 2 + 1))).rejects.toThrow('cannot be longer than 1048576');
    await expect(batch(...'elevenwords')).rejects.toThrow('10');
  });

  test('characters that are not in XML are refused', async () => {
    await expect(send('\u0001')).rejects.toThrow('Invalid characters');
  });
});

describe('SNS', () => {
  test('a message may have 256 KiB and not a byte more', async () => {
    const publish = (Message: string) => clients.sns.send(new PublishCommand({ TopicArn, Message }));
    expect((await publish('x'.repeat(MIB / 4))).MessageId).toBeDefined();
    await expect(publish('x'.repeat(MIB / 4 + 1))).rejects.toThrow('too long');
  });
});

describe('DynamoDB', () => {
  /** An item's size is its names and values. The key and `v` itself are 2 + 1 + 1 bytes. */
  const put = (bytes: number) =>
    clients.dynamodb.send(
      new PutItemCommand({ TableName: 'Things', Item: { id: { S: 'a' }, v: { S: 'x'.repeat(bytes - 4) } } }),
    );

  test('an item may have 400 KB, names and all, and not a byte more', async () => {
    await put(400 * 1024);
    await expect(put(400 * 1024 + 1)).rejects.toThrow('Item size has exceeded the maximum allowed size');
  });

  test.each(['state', 'name', 'batch', 'file'])(
    '%s is a reserved word, so that it needs another name',
    async (word) => {
      const update = (named: string, ExpressionAttributeNames?: Record<string, string>) =>
        clients.dynamodb.send(
          new UpdateItemCommand({
            TableName: 'Things',
            Key: { id: { S: 'b' } },
            UpdateExpression: `SET ${named} = :v`,
            ExpressionAttributeValues: { ':v': { S: 'x' } },
            ...(ExpressionAttributeNames && { ExpressionAttributeNames }),
          }),
        );
      await update('#other', { '#other': word });
      await expect(update(word)).rejects.toThrow(`Attribute name is a reserved keyword; reserved keyword: ${word}`);
    },
  );
});

/** Must come last: from then on nobody waits. */
test('when long polls are ended, one under way takes nothing, and a later message stays in its queue', async () => {
  const queue = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'polled' }));
  const receive = async (WaitTimeSeconds: number) => {
    const received = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.QueueUrl, WaitTimeSeconds, VisibilityTimeout: 60 }),
    );
    return (received.Messages ?? []).map(({ Body }) => Body);
  };
  const send = (MessageBody: string) =>
    clients.sqs.send(new SendMessageCommand({ QueueUrl: queue.QueueUrl, MessageBody }));

  const poll = receive(20);
  // Long enough for it to wait there.
  await sleep(300);
  const startMs = Date.now();
  emulators.endLongPolls();
  expect([await poll, await receive(20)]).toEqual([[], []]);
  expect(Date.now() - startMs).toBeLessThan(10_000);
  await send('later');
  expect(await receive(0)).toEqual(['later']);
}, 50_000);
