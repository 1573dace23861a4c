import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { functionCredentials } from '../../local/function-credentials.ts';
import { type FunctionGate, startFunctionGate } from '../../local/function-gate.ts';
import { type LoopbackServer, listenOnLoopback } from '../../local/loopback.ts';
import { openStack } from '../../local/stack.ts';
import { copyOf } from '../template-copy.ts';
import { resource, roleOf, withRole } from './hand-made.ts';

const ACCOUNT = '000000000000';
const may = (Action: string | string[], Resource: string | string[], Effect = 'Allow') => ({
  Effect,
  Action,
  Resource,
});

const TEMPLATE = copyOf({
  Resources: {
    Nothing: roleOf(may('logs:PutLogEvents', '*')),
    NothingMore: withRole('Nothing'),
    Some: roleOf(
      may(['s3:GetObject', 's3:DeleteObject'], ['arn:aws:s3:::open/*', 'arn:aws:s3:::seen/*']),
      may('s3:ListBucket', 'arn:aws:s3:::seen'),
      may('sqs:SendMessage', `arn:aws:sqs:us-east-1:${ACCOUNT}:Mine`),
      may('dynamodb:BatchGetItem', `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Mine`),
      may('sns:Publish', '*'),
      may('sns:Publish', `arn:aws:sns:us-east-1:${ACCOUNT}:Barred`, 'Deny'),
    ),
    SomeRights: withRole('Some'),
    Closed: resource('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::open/closed/*' },
      },
    }),
  },
});

/** Everything that came through, as the service behind the gate saw it. */
const passed: { target: string; body: string }[] = [];
let behind: LoopbackServer;
let gate: FunctionGate;

beforeAll(async () => {
  // Not an emulator: only what comes through matters here.
  const server = createServer(async (request, response) => {
    passed.push({
      target: `${request.method} ${request.url} ${request.headers['x-amz-target'] ?? ''}`,
      body: await text(request),
    });
    const isMissing = request.url?.includes('missing');
    response.writeHead(isMissing ? 404 : 200, { 'content-type': 'application/xml' });
    response.end(isMissing && request.method === 'GET' ? '<Error><Code>NoSuchKey</Code></Error>' : '');
  });
  behind = await listenOnLoopback(server, 0);
  const { url } = behind;
  const endpoints = { s3: url, sqs: url, sns: url, dynamodb: url, secretsmanager: url, cloudfront: url };
  gate = await startFunctionGate(
    openStack(TEMPLATE, 'Hand', endpoints, () => ''),
    { endpoints },
  );
});
afterAll(async () => {
  await gate.close();
  await behind.close();
});

/** The configuration of an SDK client, for a function of the template. */
const config = (functionName: string) => ({
  region: 'us-east-1',
  endpoint: gate.endpoints.s3,
  credentials: functionCredentials(functionName),
  maxAttempts: 1,
});
const s3 = (name: string) => new S3Client({ ...config(name), forcePathStyle: true });

/** Sends, and returns the error; undefined when the service was reached, whatever the SDK makes of its empty answer. */
async function refusalOf(sending: () => Promise<unknown>): Promise<{ name: string; message: string } | undefined> {
  const before = passed.length;
  const error = await sending().then(
    () => undefined,
    (one: Error) => one,
  );
  return passed.length > before ? undefined : error;
}

describe('a function without the right', () => {
  const SENT: [string, string, string, (name: string) => Promise<unknown>][] = [
    [
      's3',
      'AccessDenied',
      's3:PutObject on resource: arn:aws:s3:::b/a b',
      (name) => s3(name).send(new PutObjectCommand({ Bucket: 'b', Key: 'a b', Body: 'x'.repeat(3_000_000) })),
    ],
    [
      's3, a listing',
      'AccessDenied',
      's3:ListBucket on resource: arn:aws:s3:::b ',
      (name) => s3(name).send(new ListObjectsV2Command({ Bucket: 'b', Prefix: 'p/' })),
    ],
    [
      'sqs',
      'AccessDenied',
      `sqs:SendMessage on resource: arn:aws:sqs:us-east-1:${ACCOUNT}:Jobs`,
      (name) =>
        new SQSClient(config(name)).send(
          new SendMessageCommand({ QueueUrl: `${gate.endpoints.sqs}/${ACCOUNT}/Jobs`, MessageBody: 'x' }),
        ),
    ],
    [
      'sqs, many at once',
      'AccessDenied',
      `sqs:SendMessage on resource: arn:aws:sqs:us-east-1:${ACCOUNT}:Jobs`,
      (name) =>
        new SQSClient(config(name)).send(
          new SendMessageBatchCommand({
            QueueUrl: `${gate.endpoints.sqs}/${ACCOUNT}/Jobs`,
            Entries: [{ Id: '0', MessageBody: 'x' }],
          }),
        ),
    ],
    [
      'sns',
      'AuthorizationErrorException',
      `sns:Publish on resource: arn:aws:sns:us-east-1:${ACCOUNT}:T`,
      (name) =>
        new SNSClient(config(name)).send(
          new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:T`, Message: 'x' }),
        ),
    ],
    [
      'dynamodb',
      'AccessDeniedException',
      `dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Users`,
      (name) =>
        new DynamoDBClient(config(name)).send(new GetItemCommand({ TableName: 'Users', Key: { id: { S: '1' } } })),
    ],
    [
      'secrets manager',
      'AccessDeniedException',
      `secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:M`,
      (name) =>
        new SecretsManagerClient(config(name)).send(
          new GetSecretValueCommand({ SecretId: `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:M` }),
        ),
    ],
    [
      'cloudfront',
      'AccessDenied',
      `cloudfront:CreateInvalidation on resource: arn:aws:cloudfront::${ACCOUNT}:distribution/HOST`,
      (name) =>
        new CloudFrontClient(config(name)).send(
          new CreateInvalidationCommand({
            DistributionId: 'HOST',
            InvalidationBatch: { CallerReference: 'r', Paths: { Quantity: 1, Items: ['/p'] } },
          }),
        ),
    ],
  ];

  test.each(SENT)('%s answers in its own words, and nothing goes through', async (_, name, words, send) => {
    const error = await refusalOf(() => send('NothingMore'));
    expect(error?.name).toBe(name);
    expect(error?.message).toContain(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/Nothing/NothingMore is not authorized to perform: ${words}`,
    );
    expect(error?.message).toMatch(/because no identity-based policy allows the \S+ action$/);
  });

  test('and whoever has none of our credentials is told that', async () => {
    const error = await refusalOf(() => SENT[5]?.[3]('Stranger') ?? Promise.resolve());
    expect(error?.message).toContain('security token');
  });
});

describe('a function with some rights', () => {
  const name = 'SomeRights';

  test('gets through with what they allow, and the message bears the trace header of its call', async () => {
    const sqs = new SQSClient(config(name));
    sqs.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, {
          'x-amzn-trace-id': 'Root=1-0-0;Lineage=0123abcd:7',
        });
        return next(args);
      },
      { step: 'build' },
    );
    const QueueUrl = `${gate.endpoints.sqs}/${ACCOUNT}/Mine`;
    expect(await refusalOf(() => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' })))).toBeUndefined();
    expect(JSON.parse(passed.at(-1)?.body ?? '')).toEqual({
      QueueUrl,
      MessageBody: 'x',
      MessageAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-0-0;Lineage=0123abcd:7' } },
    });
  });

  test('a denial counts before what allows it, in its own policy and in the resource’s', async () => {
    const sns = new SNSClient(config(name));
    const publish = (topic: string) =>
      refusalOf(() =>
        sns.send(new PublishCommand({ TopicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:${topic}`, Message: 'x' })),
      );
    expect(await publish('Free')).toBeUndefined();
    expect((await publish('Barred'))?.message).toContain('with an explicit deny in an identity-based policy');
    const get = (Key: string) => refusalOf(() => s3(name).send(new GetObjectCommand({ Bucket: 'open', Key })));
    expect(await get('free')).toBeUndefined();
    expect((await get('closed/one'))?.message).toContain('with an explicit deny in a resource-based policy');
  });

  test('of many tables, or many objects, each must be allowed', async () => {
    const keys = { Keys: [{ id: { S: '1' } }] };
    const read = (RequestItems: Record<string, typeof keys>) =>
      refusalOf(() => new DynamoDBClient(config(name)).send(new BatchGetItemCommand({ RequestItems })));
    expect(await read({ Mine: keys })).toBeUndefined();
    expect((await read({ Mine: keys, Others: keys }))?.message).toContain('table/Others');
    const remove = (...names: string[]) =>
      refusalOf(() =>
        s3(name).send(new DeleteObjectsCommand({ Bucket: 'open', Delete: { Objects: names.map((Key) => ({ Key })) } })),
      );
    expect(await remove('a', 'b & <c>')).toBeUndefined();
    expect((await remove('a', 'closed/é'))?.message).toContain('arn:aws:s3:::open/closed/é');
  });

  test('an object that is missing is a 404 only to whoever may list the bucket', async () => {
    const get = (Bucket: string) => s3(name).send(new GetObjectCommand({ Bucket, Key: 'missing' }));
    const head = (Bucket: string) => s3(name).send(new HeadObjectCommand({ Bucket, Key: 'missing' }));
    await expect(get('seen')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(head('seen')).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
    await expect(get('open')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(head('open')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test('a call whose rights are not known is refused by name', async () => {
    const error = await refusalOf(() =>
      s3(name).send(new GetObjectCommand({ Bucket: 'open', Key: 'a', VersionId: '1' })),
    );
    expect(error?.message).toContain(
      'does not know what rights this takes (local/aws-call.ts): s3 GET /open/a?versionId',
    );
  });
});
