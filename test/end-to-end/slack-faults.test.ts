import { DeleteBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DeleteTopicCommand } from '@aws-sdk/client-sns';
import { DeleteQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3Client, snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { testWorld, type World } from '../world.ts';
import { formOf, MULTIPART, type Stage, stageOf } from './slack-wire.ts';

/**
 * Faults of ours, in a stack that is really broken: a part is deleted, and the caller is told whether anything may have
 * happened. The order of the tests matters, because nothing is put back.
 */
let world: World;
let stage: Stage;

beforeAll(async () => {
  world = await testWorld();
  stage = await stageOf(world);
}, 60_000);
afterAll(() => world?.end(), 30_000);

const upload = () => stage.send({ headers: { ...stage.bearer(), ...MULTIPART }, body: formOf(stage.file) });
const named = (output: string) => world.laptop.running.outputs[output];

test('fatal_error: the topic is gone, and the photo was deleted all the same', async () => {
  expect((await upload()).body).toMatchObject({ ok: true });
  await snsClient().send(new DeleteTopicCommand({ TopicArn: named('TopicPhotoEvents') }));
  const reply = await stage.send({ method: 'users.deletePhoto', verb: 'GET', headers: stage.bearer() });
  expect(reply).toMatchObject({ status: 200, body: { ok: false, error: 'fatal_error' } });
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  expect((await world.stores.users.get(stage.user.id))?.photo).toBeUndefined();
});

test('fatal_error: the queue is gone, after the raw file was stored', async () => {
  const before = await world.keysOf('BucketRaw', `raw/${stage.user.id}/`);
  await sqsClient().send(new DeleteQueueCommand({ QueueUrl: named('QueueJobs') }));
  // Nothing about the fault itself is told.
  expect(await upload()).toMatchObject({ status: 200, body: { ok: false, error: 'fatal_error' } });
  expect((await world.keysOf('BucketRaw', `raw/${stage.user.id}/`)).length).toBe(before.length + 1);
});

test('internal_error: the bucket is gone, so nothing was stored', async () => {
  const before = await world.stores.users.get(stage.user.id);
  const [s3, bucket] = [s3Client(), named('BucketRaw')];
  for (const Key of await world.keysOf('BucketRaw', '')) {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  const { status, body } = await upload();
  expect({ status, body }).toEqual({ status: 200, body: { ok: false, error: 'internal_error' } });
  // The number was taken at the same time, and is lost.
  expect(await world.stores.users.get(stage.user.id)).toEqual({
    ...before,
    seq: (before?.seq ?? 0) + 1,
    changedAt: expect.any(String),
  });
});
