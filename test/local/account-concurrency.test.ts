import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { emulatorClients } from '../../local/emulator-clients.ts';
import { type TestLaptop, testLaptop } from '../laptop.ts';
import { eventually } from '../world.ts';
import { ALL_BUT_HOST, ALL_METHODS, API_ORIGIN, handMade, lambda, NO_CACHING, resource, restApi } from './hand-made.ts';

/** An account of two places. A call takes as long as it says; messages take no time. */
const SOURCE = `
export const handler = async (event) => {
  if (event.Records) return;
  await new Promise((done) => setTimeout(done, Number(event.queryStringParameters?.ms ?? 0)));
  return { statusCode: 200, body: 'done' };
};`;
const VISIBILITY_SECONDS = 1;
const queue = (more: object = {}) => resource('AWS::SQS::Queue', more);
const RESOURCES = {
  Fn: lambda('fn', { Timeout: 10 }),
  Worker: lambda('fn', { Timeout: 1 }),
  Jobs: queue({
    VisibilityTimeout: VISIBILITY_SECONDS,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
  }),
  Patient: queue({ VisibilityTimeout: 30 }),
  Dead: queue(),
  ...Object.fromEntries(
    ['Jobs', 'Patient'].map((name) => [
      `From${name}`,
      resource('AWS::Lambda::EventSourceMapping', {
        EventSourceArn: { 'Fn::GetAtt': [name, 'Arn'] },
        FunctionName: { Ref: 'Worker' },
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
      }),
    ]),
  ),
  ...restApi(
    'Fn',
    [
      ['ANY', '/{proxy+}'],
      ['ANY', '/rare'],
    ],
    {
      Stage: resource('AWS::ApiGateway::Stage', {
        RestApiId: { Ref: 'Api' },
        StageName: 'live',
        MethodSettings: [
          { ResourcePath: '/~1rare', HttpMethod: 'ANY', ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.01 },
        ],
      }),
      Again: resource('AWS::ApiGateway::GatewayResponse', {
        RestApiId: { Ref: 'Api' },
        ResponseType: 'THROTTLED',
        ResponseTemplates: { 'application/json': '{"word":"later"}' },
        ResponseParameters: { 'gatewayresponse.header.Retry-After': 'method.request.header.x-later' },
      }),
    },
  ),
  Host: resource('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      DefaultCacheBehavior: {
        TargetOriginId: 'api',
        AllowedMethods: ALL_METHODS,
        OriginRequestPolicyId: ALL_BUT_HOST,
        CachePolicyId: NO_CACHING,
      },
      CustomErrorResponses: [500].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
      Origins: [API_ORIGIN],
    },
  }),
};

let laptop: TestLaptop;
let sqs: SQSClient;
beforeAll(async () => {
  const outputs = Object.fromEntries(['Jobs', 'Patient', 'Dead'].map((id) => [id, { Value: { Ref: id } }]));
  laptop = await testLaptop(handMade(RESOURCES, { fn: SOURCE }, outputs), { concurrency: 2 });
  sqs = emulatorClients(laptop.running.aws_endpoints).sqs;
}, 15_000);
afterAll(() => laptop.end());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${laptop.url}${path}`, { headers });
const send = (name: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: laptop.running.outputs[name], MessageBody: name }));
/** Takes both places for so long. */
const busy = (ms: number) => Promise.all([get(`/a?ms=${ms}`), get(`/b?ms=${ms}`)]);
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('an account whose places are taken', () => {
  test("answers a third request with API Gateway's 500, and takes it when there is a place again", async () => {
    const both = busy(700);
    await sleep(400);
    const third = await get('/c');
    expect([third.status, await third.text()]).toEqual([500, '{"message":"Internal server error"}']);
    expect((await both).map(({ status }) => status)).toEqual([200, 200]);
    expect((await get('/c')).status).toBe(200);
  }, 10_000);

  test('has a queue call again until there is one: the message was received once', async () => {
    const both = busy(900);
    await sleep(100);
    await send('Patient');
    await both;
    // Neither visible nor hidden for another try, long before the visibility timeout is over.
    const isEmpty = async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: laptop.running.outputs.Patient,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes ?? {}).every((count) => count === '0');
    };
    expect(await eventually(isEmpty, (empty) => empty, 4_000)).toBe(true);
  }, 10_000);

  test('lets a message go at its visibility timeout: it comes back, uses up its receives, and is put aside untried', async () => {
    const both = busy(3_800);
    await sleep(100);
    await send('Jobs');
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: laptop.running.outputs.Dead, WaitTimeSeconds: 5 }),
    );
    expect(Messages.map(({ Body }) => Body)).toEqual(['Jobs']);
    await both;
  }, 15_000);
});

test("a stage's throttle is answered in the API's words, with what the request's own header says", async () => {
  expect((await get('/rare')).status).toBe(200);
  const second = await get('/rare', { 'x-later': '4' });
  expect([second.status, second.headers.get('retry-after'), await second.text()]).toEqual([
    429,
    '4',
    '{"word":"later"}',
  ]);
  expect((await get('/rare')).headers.get('retry-after')).toBeNull();
});
