import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { s3Client, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { sweepQueue } from '../../lambdas/store/sweep-queue.ts';
import { assemblyWith } from '../assembly-copy.ts';
import { png, RED, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { takeRight } from '../template-copy.ts';
import { eventually, type WorldHere, worldHere } from '../world.ts';

/** Copies of the template, each with one permission of a service gone: what needs it must fail. */
const TAKEN: Record<string, [role: string, action: string, on: string]> = {
  secretsmanager: ['RoleOnRead', 'secretsmanager:GetSecretValue', 'Master'],
  dynamodb: ['RoleOnChange', 'dynamodb:PutItem', 'Uploads'],
  sqs: ['RoleOnChange', 'sqs:SendMessage', 'Sweeps'],
  s3: ['RoleOnJob', 's3:PutObject', 'Photos/*'],
  sns: ['RoleOnSweep', 'sns:Publish', 'PhotoEvents'],
  cloudfront: ['RoleOnSweep', 'cloudfront:CreateInvalidation', 'Host'],
};

let world: WorldHere;
let assembly: Awaited<ReturnType<typeof assemblyWith>>;
beforeAll(async () => {
  assembly = await assemblyWith((template) => {
    for (const right of Object.values(TAKEN)) takeRight(template, ...right);
  });
  world = await worldHere(assembly.dir);
}, 60_000);
afterAll(async () => {
  await world?.end();
  assembly?.remove();
}, 30_000);

const output = (name: string): string => world.laptop.running.outputs[name] ?? '';

/** The refusals that a function of this name logged. */
const refused = (id: string, right: string) =>
  eventually(
    async () =>
      world.laptop.shown.some(
        (line) => line.startsWith(`[${id}`) && line.includes(`is not authorized to perform: ${TAKEN[right]?.[1]} on`),
      ),
    Boolean,
  );

test('Secrets Manager: nobody is let in to read', async () => {
  const { token } = await world.newUser();
  const answer = await fetch(`${world.url}/v1/uploads/${randomUUID()}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.status).toBe(500);
  expect(await refused('OnRead', 'secretsmanager')).toBe(true);
}, 20_000);

test('DynamoDB: an upload is not acknowledged', async () => {
  const { token } = await world.newUser();
  const { body } = await setPhoto(world.url, token, await png({ picture: solid(600, 600, RED) }));
  expect(body).toMatchObject({ ok: false, error: 'fatal_error' });
  expect(await refused('OnChange', 'dynamodb')).toBe(true);
}, 20_000);

test('SQS: an erasure does not get on its way', async () => {
  const { token, screenName } = await world.newUser();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${world.url}/v1/user?confirm=${screenName}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(500);
  expect(await refused('OnChange', 'sqs')).toBe(true);
}, 20_000);

test('S3: an imported photo is never shown', async () => {
  const { id } = await world.newUser();
  const Body = await png({ picture: solid(600, 600, RED) });
  await s3Client().send(
    new PutObjectCommand({ Bucket: output('BucketImports'), Key: `imports/batch/${id}.png`, Body }),
  );
  expect(await refused('OnJob', 's3')).toBe(true);
  expect(await world.traces(id)).toMatchObject({ photos: [] });
}, 20_000);

test('SNS: nobody is told of an erasure, and it is not done', async () => {
  const { id } = await world.newUser();
  await world.stores.users.markErased(id);
  await sweepQueue(sqsClient(), output('QueueSweeps')).sendErase(id, { again: false, delaySeconds: 0 });
  expect(await refused('OnSweep', 'sns')).toBe(true);
  expect(await world.stores.users.get(id)).toMatchObject({ state: 'erased' });
}, 20_000);

test('CloudFront: a deleted photo is not forgotten', async () => {
  const { id } = await world.newUser();
  const told = { type: 'photo.deleted', user_id: id, number: 1 };
  await sqsClient().send(
    new SendMessageCommand({ QueueUrl: output('QueueSweeps'), MessageBody: JSON.stringify(told) }),
  );
  expect(await refused('OnSweep', 'cloudfront')).toBe(true);
}, 20_000);
