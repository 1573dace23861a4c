import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { type TestLaptop, testLaptop } from '../laptop.ts';
import { handMade, lambda, plainHost, resource } from './hand-made.ts';

/**
 * Sends the next round to itself by a queue, a topic and a bucket in turn, with its trace header as the AWS SDK does,
 * and reports each round. Unstopped it would go on for ever.
 */
const SOURCE = `
import { request } from 'node:http';
const call = (service, method, path, headers, body) => new Promise((done, fail) => {
  const sent = request(process.env.AWS_ENDPOINT_URL_SQS + path, { method, headers: { ...headers,
    authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260102/us-east-1/' + service + '/aws4_request',
    'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID, 'content-length': Buffer.byteLength(body) } },
    (answer) => answer.resume().on('end', () => answer.statusCode < 300 ? done() : fail(new Error(service + ' ' + answer.statusCode))));
  sent.on('error', fail).end(body);
});
const send = (QueueUrl, MessageBody) => call('sqs', 'POST', '/', { 'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'AmazonSQS.SendMessage' }, JSON.stringify({ QueueUrl, MessageBody }));
const publish = (TopicArn, Message) => call('sns', 'POST', '/', { 'content-type': 'application/x-www-form-urlencoded' },
  String(new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn, Message })));
export const handler = async ({ Records: [{ body }] }) => {
  if (body.includes('TestEvent')) return;
  const round = Number(/round-(\\d+)/.exec(body)[1]);
  await send(process.env.SEEN, String(round));
  if (round >= 24) return;
  const next = 'round-' + (round + 1);
  if (round % 3 === 0) await send(process.env.ROUNDS, next);
  else if (round % 3 === 1) await publish(process.env.TOPIC, next);
  else await call('s3', 'PUT', '/' + process.env.BUCKET + '/' + next, {}, 'x');
};`;

const loop = (name: string, more: object) => ({
  [`${name}Rounds`]: resource('AWS::SQS::Queue', {
    VisibilityTimeout: 3,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [`${name}Dead`, 'Arn'] }, maxReceiveCount: 2 },
  }),
  [`${name}Dead`]: resource('AWS::SQS::Queue'),
  [`${name}Seen`]: resource('AWS::SQS::Queue'),
  [`${name}Topic`]: resource('AWS::SNS::Topic'),
  [`${name}Subscription`]: resource('AWS::SNS::Subscription', {
    TopicArn: { Ref: `${name}Topic` },
    Protocol: 'sqs',
    Endpoint: { 'Fn::GetAtt': [`${name}Rounds`, 'Arn'] },
    RawMessageDelivery: true,
  }),
  [`${name}Bucket`]: resource('AWS::S3::Bucket', {
    NotificationConfiguration: {
      QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: { 'Fn::GetAtt': [`${name}Rounds`, 'Arn'] } }],
    },
  }),
  [name]: lambda('loop', {
    Timeout: 3,
    ...more,
    Environment: {
      Variables: {
        SEEN: { Ref: `${name}Seen` },
        ROUNDS: { Ref: `${name}Rounds` },
        TOPIC: { Ref: `${name}Topic` },
        BUCKET: { Ref: `${name}Bucket` },
      },
    },
  }),
  [`${name}Source`]: resource('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [`${name}Rounds`, 'Arn'] },
    FunctionName: { Ref: name },
    BatchSize: 1,
  }),
});

describe('a function that sends itself message after message', () => {
  let laptop: TestLaptop;
  let sqs: SQSClient;
  const urls: Record<string, string> = {};
  beforeAll(async () => {
    const resources = { ...plainHost(), ...loop('Stopped', {}), ...loop('Allowed', { RecursiveLoop: 'Allow' }) };
    const queues = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::SQS::Queue');
    const outputs = Object.fromEntries(queues.map(([id]) => [id, { Value: { Ref: id } }]));
    laptop = await testLaptop(handMade(resources, { loop: SOURCE }, outputs));
    Object.assign(urls, laptop.running.outputs);
    sqs = emulatorClients(laptop.running.aws_endpoints).sqs;
  }, 15_000);
  afterAll(() => laptop.end());

  /** The bodies of the messages in a queue, once there are so many. */
  async function bodies(queue: string, count: number): Promise<string[]> {
    const found: string[] = [];
    for (const untilMs = Date.now() + 12_000; found.length < count && Date.now() < untilMs; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: urls[queue], MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      found.push(...Messages.map(({ Body = '' }) => Body));
    }
    return found;
  }
  const rounds = async (queue: string, count: number) => (await bodies(queue, count)).map(Number).sort((a, b) => a - b);
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  test('is stopped after sixteen, whichever way they go; the message ends in the dead-letter queue', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: urls.StoppedRounds, MessageBody: 'round-1' }));
    expect(await bodies('StoppedDead', 1)).toEqual(['round-17']);
    expect(await rounds('StoppedSeen', 16)).toEqual(upTo(16));
    expect(laptop.shown.some((line) => line.includes('Stopped is invoked by its own messages over and over'))).toBe(
      true,
    );
  }, 30_000);

  test('goes on where that is allowed', async () => {
    await sqs.send(new SendMessageCommand({ QueueUrl: urls.AllowedRounds, MessageBody: 'round-1' }));
    expect(await rounds('AllowedSeen', 24)).toEqual(upTo(24));
  }, 30_000);
});
