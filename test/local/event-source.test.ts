import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { type TestLaptop, testLaptop } from '../laptop.ts';
import { handMade, lambda, plainHost, resource } from './hand-made.ts';

/** Writes what it sees into a queue, for the test to read; then does as the messages say. */
const SOURCE = `
import { request } from 'node:http';
const tell = (body) => new Promise((done, fail) => {
  const text = JSON.stringify({ QueueUrl: process.env.SEEN, MessageBody: JSON.stringify(body) });
  const sent = request(process.env.AWS_ENDPOINT_URL_SQS, { method: 'POST', headers: {
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260102/us-east-1/sqs/aws4_request',
    'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage', 'content-length': Buffer.byteLength(text) } },
    (answer) => answer.resume().on('end', done));
  sent.on('error', fail).end(text);
});
export const handler = async (event) => {
  const started = Date.now();
  if (event.Records.some(({ body }) => body.startsWith('slow'))) await new Promise((done) => setTimeout(done, 300));
  await tell({ records: event.Records, started, ended: Date.now() });
  if (event.Records.some(({ body }) => body.startsWith('throw'))) throw new Error('the whole batch');
  return { batchItemFailures: event.Records.filter(({ body }) => body.startsWith('fail')).map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

const redrive = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 };
const RESOURCES = {
  ...plainHost(),
  Jobs: resource('AWS::SQS::Queue', { VisibilityTimeout: 1, RedrivePolicy: redrive }),
  Slow: resource('AWS::SQS::Queue', { VisibilityTimeout: 30 }),
  Gathered: resource('AWS::SQS::Queue', { VisibilityTimeout: 30 }),
  Dead: resource('AWS::SQS::Queue'),
  Seen: resource('AWS::SQS::Queue'),
  Fn: lambda('fn', { Timeout: 1, Environment: { Variables: { SEEN: { Ref: 'Seen' } } } }),
  FromJobs: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
    FunctionName: { Ref: 'Fn' },
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  }),
  FromGathered: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Gathered', 'Arn'] },
    FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] },
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 1,
  }),
  FromSlow: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': ['Slow', 'Arn'] },
    FunctionName: { Ref: 'Fn' },
    BatchSize: 1,
    ScalingConfig: { MaximumConcurrency: 2 },
  }),
};

interface Seen {
  records: { body: string; messageId: string; attributes: Record<string, string> }[];
  started: number;
  ended: number;
}

let laptop: TestLaptop;
let sqs: SQSClient;
const urls: Record<string, string> = {};
beforeAll(async () => {
  const outputs = Object.fromEntries(
    ['Jobs', 'Slow', 'Gathered', 'Dead', 'Seen'].map((id) => [id, { Value: { Ref: id } }]),
  );
  laptop = await testLaptop(handMade(RESOURCES, { fn: SOURCE }, outputs));
  Object.assign(urls, laptop.running.outputs);
  sqs = emulatorClients(laptop.running.aws_endpoints).sqs;
}, 15_000);
afterAll(() => laptop.end());

const send = (queue: string, MessageBody: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: urls[queue],
      MessageBody,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'photo' } },
    }),
  );

/** What the function saw, once there are `count` messages. */
async function seen(count: number): Promise<Seen[]> {
  const all: Seen[] = [];
  const deadline = Date.now() + 8_000;
  while (all.flatMap(({ records }) => records).length < count && Date.now() < deadline) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urls.Seen, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    all.push(...Messages.map(({ Body }) => JSON.parse(Body ?? '') as Seen));
  }
  return all;
}

async function waiting(queue: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: urls[queue],
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
}

describe('a queue that feeds a function', () => {
  test('a failed message comes back alone, and is put aside after its last try', async () => {
    const bodies = ['good one', 'fail this', 'good two'];
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: urls.Jobs, Entries }));
    const calls = await seen(4);
    expect(calls[0]?.records.map(({ body }) => body)).toEqual(bodies);
    expect(calls.slice(1).map(({ records }) => records.map(({ body }) => body))).toEqual([['fail this']]);
    expect(calls[1]?.records[0]?.attributes.ApproximateReceiveCount).toBe('2');

    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urls.Dead, WaitTimeSeconds: 4 }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['fail this']);
    expect(await waiting('Jobs')).toBe(0);
  }, 15_000);

  test('an invocation that fails leaves its whole batch', async () => {
    const { MessageId } = await send('Jobs', 'throw');
    const [first] = (await seen(1)).flatMap(({ records }) => records);
    expect(first).toEqual({
      messageId: MessageId,
      receiptHandle: expect.any(String),
      body: 'throw',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        kind: { stringValue: 'photo', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      // printf throw | md5sum
      md5OfBody: '959b7175f88493905e3c324c2bf6f97d',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Jobs',
      awsRegion: 'us-east-1',
    });
    expect(await waiting('Jobs')).toBe(1);
  }, 15_000);

  test('a batching window gathers messages', async () => {
    await send('Gathered', 'one');
    await new Promise((later) => setTimeout(later, 100));
    await send('Gathered', 'two');
    const calls = (await seen(2)).map(({ records }) => records.map(({ body }) => body));
    expect(calls).toContainEqual(['one', 'two']);
  }, 15_000);

  test('never more invocations at once than MaximumConcurrency', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, index) => send('Slow', `slow ${index}`)));
    const calls = (await seen(6)).filter(({ records }) => records[0]?.body.startsWith('slow'));
    expect(calls).toHaveLength(6);
    const together = calls.map(
      ({ started }) => calls.filter((other) => other.started <= started && started < other.ended).length,
    );
    // On a busy machine the second process may start too late to overlap.
    expect(Math.max(...together)).toBeLessThanOrEqual(2);
  }, 15_000);

  test('a message reaches a warm function at once, not at the next poll', async () => {
    await send('Slow', 'warm');
    await seen(1);
    const sent = Date.now();
    await send('Slow', 'quick');
    const [call] = (await seen(1)).filter(({ records }) => records[0]?.body === 'quick');
    // A poll lasts a second; a few milliseconds are usual.
    expect((call?.started ?? Infinity) - sent).toBeLessThan(300);
  }, 15_000);
});
