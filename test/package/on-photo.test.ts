import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import dynalite from 'dynalite';
import { photoPath } from '../../lambdas/core/object-keys.ts';
import type { Photo } from '../../lambdas/core/photo.ts';

/** The function of examples/photo-events, as it is deployed, on a table that keeps DynamoDB's rules. */
const server = dynalite({ createTableMs: 0 });
let client: DynamoDBClient;
let handler: (event: unknown) => Promise<void>;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const address = server.address();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    PEOPLE_TABLE: 'People',
    PHOTOS_URL: 'https://photos.example.com',
  });
  client = new DynamoDBClient();
  await client.send(
    new CreateTableCommand({
      TableName: 'People',
      KeySchema: [{ AttributeName: 'user_id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'user_id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const path = '../../examples/photo-events/on-photo/index.mjs';
  ({ handler } = await import(path));
});
afterAll(async () => {
  client?.destroy();
  await new Promise((done) => server.close(done));
});

/** An event as docs/construct.md has it, in the envelope in which SNS hands it to a function. */
const told = (event: object) => handler({ Records: [{ Sns: { Message: JSON.stringify(event) } }] });
const published = (user_id: string, number: number, version: string) =>
  told({
    type: 'photo.published',
    user_id,
    number,
    upload_id: 'u',
    version,
    format: 'jpeg',
    width_px: 600,
    height_px: 512,
  });
const urlOf = async (user_id: string) =>
  (await client.send(new GetItemCommand({ TableName: 'People', Key: { user_id: { S: user_id } } }))).Item?.photo_url?.S;

const [FIRST, SECOND] = ['0123456789abcdef0123', 'fedcba98765432100000'];
/** The address as the service itself spells it. */
const addressOf = (userId: string, version: string) =>
  `https://photos.example.com${photoPath(userId, { version, format: 'jpeg', widthPx: 600, heightPx: 512 } as Photo, '192')}`;

test('writes the address at which the service has the photo', async () => {
  await published('1', 1, FIRST);
  expect(await urlOf('1')).toBe(addressOf('1', FIRST));
});

test('a newer photo replaces it; an older event, or the same again, changes nothing', async () => {
  await published('2', 2, SECOND);
  await published('2', 1, FIRST);
  await published('2', 2, FIRST);
  expect(await urlOf('2')).toBe(addressOf('2', SECOND));
});

test('a deleted photo is gone, and a late event does not bring it back', async () => {
  await published('3', 1, FIRST);
  await told({ type: 'photo.deleted', user_id: '3', number: 2 });
  await published('3', 1, FIRST);
  expect(await urlOf('3')).toBeUndefined();
});
