import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent, SQSEvent } from 'aws-lambda';
import sharp from 'sharp';
import { answerAvatar } from '../../lambdas/edge/avatar/respond.ts';
import { readForm } from '../../lambdas/edge/form.ts';
import { bearerToken, prefersAsync, readRequest } from '../../lambdas/edge/request.ts';
import { readIdempotencyKey } from '../../lambdas/edge/v1/idempotency-key.ts';
import { readPreferences } from '../../lambdas/edge/v1/preferences.ts';
import { readSentPhoto } from '../../lambdas/edge/v1/sent-photo.ts';
import { readJob } from '../../lambdas/store/job-queue.ts';

const payload = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../events', name), 'utf8')) as T;

const SECRET = 'the-origin-secret-of-the-stack';
const setPhoto = () => payload<APIGatewayProxyEvent>('slack-set-photo.json');

describe('a request from API Gateway', () => {
  test('users.setPhoto: one image argument with a picture of 512 by 512', async () => {
    const request = readRequest(setPhoto(), SECRET);
    expect(request).toMatchObject({ verb: 'POST', path: '/api/users.setPhoto', query: [] });
    expect(bearerToken(request)).toMatch(/^xoxp-776627022-[0-9a-f]{48}$/);
    const form = await readForm(request);
    expect(form.ok && form.value.map(({ name }) => name)).toEqual(['image']);
    const { width, height } = await sharp(form.ok ? form.value[0]?.bytes : undefined).metadata();
    expect([width, height]).toEqual([512, 512]);
  });

  test('the query comes decoded and in order', () => {
    const request = readRequest(payload('slack-profile-get.json'), SECRET);
    expect(request.query).toEqual([
      ['user', 'U0000CUDT8U'],
      ['include_labels', 'true'],
    ]);
  });

  test('GET /avatar/{hash}: of nobody, the identicon', async () => {
    const { httpMethod, path, queryStringParameters } = payload<APIGatewayProxyEvent>('avatar.json');
    const answered = await answerAvatar(
      { verb: httpMethod, path, query: queryStringParameters ?? {}, knownTags: '' },
      { defaultHosts: [], findAvatar: async () => ({}) },
    );
    expect([answered.status, answered.headers.ETag]).toEqual([200, '"identicon-0bc83cb571cd1c50ba6f3e8a78ef1346-192"']);
    expect(await sharp(answered.body as Buffer).metadata()).toMatchObject({ format: 'png', width: 192, height: 192 });
  });

  test('POST /v1/photo: the bytes as they are', async () => {
    const request = readRequest(payload('v1-set-photo.json'), SECRET);
    expect(readPreferences(request)).toEqual({ ok: true, value: { isAsync: false, waitSeconds: 5 } });
    expect(readIdempotencyKey(request)).toEqual({ ok: true, value: '8e03978e-40d5-43dd-bc93-6894a57f9324' });
    const sent = readSentPhoto(request);
    const { width, height } = await sharp(sent.ok ? sent.value.bytes : undefined).metadata();
    expect([width, height]).toEqual([1, 1]);
  });

  test.each([
    ['beside the origin secret the viewer’s host is believed', SECRET, 'https://photos.example.com'],
    [
      'beside another it is not',
      'another-secret-of-the-same-len',
      'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    ],
    ['nor beside none', '', 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com'],
  ])('%s', (_name, sent, baseUrl) => {
    const event = setPhoto();
    event.headers['x-headshot-origin'] = sent;
    expect(readRequest(event, SECRET).baseUrl).toBe(baseUrl);
  });

  test.each([
    ['respond-async', true],
    ['wait=5, Respond-Async', true],
    ['wait=5', false],
    [undefined, false],
  ])('Prefer: %s', (prefer, expected) => {
    const event = setPhoto();
    event.headers.Prefer = prefer;
    expect(prefersAsync(readRequest(event, SECRET))).toBe(expected);
  });
});

describe('a job from SQS', () => {
  const body = () => JSON.parse(payload<SQSEvent>('job.json').Records[0]?.body ?? '') as Record<string, unknown>;

  test('is read as it was sent', () => {
    expect(readJob(JSON.stringify(body()))).toEqual({
      uploadId: '0b9f7d5e-3c1a-4f26-9a8b-7c6d5e4f3a21',
      userId: '776627022',
      number: 1,
      source: 'slack',
      crop: { x: 10, y: 15, side: 100 },
      acceptedAt: '2026-11-22T09:00:00.000Z',
    });
  });

  test.each([
    ['no JSON', 'hello'],
    ['an id that would leave its folder', JSON.stringify({ ...body(), user_id: '../1' })],
    ['a number below 1', JSON.stringify({ ...body(), number: 0 })],
    ['an unknown source', JSON.stringify({ ...body(), source: 'back' })],
  ])('%s is a fault', (_name, text) => {
    expect(() => readJob(text)).toThrow();
  });
});
