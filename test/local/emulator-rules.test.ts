import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmulatorClients, emulatorClients } from '../../local/emulator-clients.ts';
import { type Emulators, startEmulators } from '../../local/emulators.ts';

/** The exact lengths at which AWS refuses, and its own words, with the real SDK. */
let emulators: Emulators;
let clients: EmulatorClients;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headshot-rules-'));
  emulators = await startEmulators(folder);
  const { aws, dynamodb } = emulators;
  clients = emulatorClients({ s3: aws, sqs: aws, sns: aws, dynamodb, secretsmanager: '', cloudfront: '' });
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'lengths' }));
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: 'lengths',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'p', AttributeType: 'S' },
        { AttributeName: 's', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'p', KeyType: 'HASH' },
        { AttributeName: 's', KeyType: 'RANGE' },
      ],
    }),
  );
}, 30_000);
afterAll(async () => {
  await emulators?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Two bytes each in UTF-8: an emulator that counts characters lets twice as many pass. */
const letters = (bytes: number): string => 'ж'.repeat(Math.floor(bytes / 2)) + 'x'.repeat(bytes % 2);

const HASH_WORDS =
  'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes';
const RANGE_WORDS =
  'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes';

describe('a DynamoDB key of one byte more than AWS takes is refused, and one of as many is not', () => {
  const key = (partition: number, sort: number) => ({ p: { S: letters(partition) }, s: { S: letters(sort) } });
  const TableName = 'lengths';
  const range = (sort: number) => ({
    KeyConditionExpression: '#p = :p AND begins_with(#s, :s)',
    ExpressionAttributeNames: { '#p': 'p', '#s': 's' },
    ExpressionAttributeValues: { ':p': { S: 'x' }, ':s': { S: letters(sort) } },
  });
  const db = () => clients.dynamodb;
  test.each<[what: string, call: (partition: number, sort: number) => Promise<unknown>]>([
    [
      'PutItem',
      (p, s) => db().send(new PutItemCommand({ TableName, Item: { ...key(p, s), more: { S: letters(5_000) } } })),
    ],
    ['UpdateItem', (p, s) => db().send(new UpdateItemCommand({ TableName, Key: key(p, s) }))],
    ['GetItem', (p, s) => db().send(new GetItemCommand({ TableName, Key: key(p, s) }))],
    ['DeleteItem', (p, s) => db().send(new DeleteItemCommand({ TableName, Key: key(p, s) }))],
    [
      'BatchGetItem',
      (p, s) => db().send(new BatchGetItemCommand({ RequestItems: { lengths: { Keys: [key(p, s)] } } })),
    ],
    [
      'BatchWriteItem',
      (p, s) =>
        db().send(new BatchWriteItemCommand({ RequestItems: { lengths: [{ PutRequest: { Item: key(p, s) } }] } })),
    ],
  ])('%s', async (_what, call) => {
    await expect(call(2_048, 1_024)).resolves.toBeDefined();
    const refusals = [call(2_049, 1_024), call(2_048, 1_025)];
    await expect(refusals[0]).rejects.toMatchObject({ name: 'ValidationException', message: HASH_WORDS });
    await expect(refusals[1]).rejects.toMatchObject({ name: 'ValidationException', message: RANGE_WORDS });
  });

  test('Query, in what it asks for', async () => {
    await expect(db().send(new QueryCommand({ TableName, ...range(1_024) }))).resolves.toMatchObject({ Count: 0 });
    await expect(db().send(new QueryCommand({ TableName, ...range(1_025) }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: RANGE_WORDS,
    });
  });
});

describe('S3', () => {
  const put = (key: string, metadata = {}) =>
    clients.s3.send(
      new PutObjectCommand({ Bucket: 'lengths', Key: key, Body: 'x'.repeat(2_000_000), Metadata: metadata }),
    );

  test('a key of 1,024 bytes, and one of 1,025', async () => {
    await expect(put(letters(1_024))).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    await expect(put(letters(1_025))).rejects.toMatchObject({
      name: 'KeyTooLongError',
      message: 'Your key is too long',
      $metadata: { httpStatusCode: 400 },
    });
    const head = clients.s3.send(new HeadObjectCommand({ Bucket: 'lengths', Key: letters(1_025) }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test('metadata of 2,048 bytes, and of 2,049', async () => {
    await expect(put('m', { name: 'v'.repeat(2_044) })).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    await expect(put('m', { name: 'v'.repeat(2_045) })).rejects.toMatchObject({ name: 'MetadataTooLarge' });
  });
});

test('a body that is no call is refused by the emulator, as without the rules', async () => {
  const status = await new Promise((done, fail) => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.PutItem' };
    const sent = request(emulators.dynamodb, { method: 'POST', headers }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    sent.on('error', fail).end('{');
  });
  expect(status).toBe(400);
});
