import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { authorization } from '../signed.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** One request, sent by many at once over HTTP. `v1-set-photo.test.ts` and `twitter.test.ts` have a few at once. */
let world: World;
let red: Buffer;

beforeAll(async () => {
  [world, red] = await Promise.all([sharedWorld(), png({ picture: solid(60, 40, RED) })]);
}, 60_000);
afterAll(() => world?.end(), 30_000);

async function bare({ token }: { token: string }, file: Buffer, headers: Record<string, string>) {
  const response = await fetch(`${world.url}/v1/photo`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', ...headers },
    body: new Uint8Array(file),
  });
  const body = JSON.parse(await response.text()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

const sha256 = (file: Buffer): string => createHash('sha256').update(file).digest('hex');

describe('repeats', () => {
  test('200 at once are one upload', async () => {
    const user = await world.newUser();
    const answers = await Promise.all(Array.from({ length: 200 }, () => bare(user, red, { 'idempotency-key': 'one' })));
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([202]);
    expect(new Set(answers.map(({ body }) => body.upload_id)).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(await world.keysOf('BucketRaw', `raw/${user.id}/`)).toHaveLength(1);
    const shown = await eventually(
      () => world.stores.users.get(user.id),
      (seen) => seen?.photo !== undefined,
    );
    expect(shown?.history).toEqual([]);
  }, 60_000);

  test('100 at once with two bodies are one upload; the other body is 422, and the file is the winner’s', async () => {
    const user = await world.newUser();
    const other = await png({ picture: solid(60, 40, GREEN) });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const file = at % 2 === 0 ? red : other;
        return { file, ...(await bare(user, file, { 'idempotency-key': 'two' })) };
      }),
    );
    const taken = answers.filter(({ status }) => status === 202);
    const winner = taken[0]?.file ?? red;
    expect(new Set(taken.map(({ body }) => body.upload_id)).size).toBe(1);
    expect(answers.map(({ file, status }) => [file === winner, status])).toEqual(
      answers.map(({ file }) => (file === winner ? [true, 202] : [false, 422])),
    );
    const key = `raw/${user.id}/${taken[0]?.body.upload_id}.${sha256(winner)}`;
    expect(await world.keysOf('BucketRaw', `raw/${user.id}/`)).toEqual([key]);
    expect(Buffer.from((await world.stores.raw.get(key)) ?? []).equals(winner)).toBe(true);
  }, 60_000);
});

test('of 200 concurrent replays of an OAuth signature exactly one passes', async () => {
  const { twitter } = await world.newUser();
  const url = `${world.url}/1.1/account/verify_credentials.json`;
  const header = authorization({ keys: twitter, verb: 'GET', url });
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const answer = await fetch(url, { headers: { authorization: header } });
      const { errors } = (await answer.json()) as { errors?: { code: number }[] };
      return `${answer.status} ${errors?.[0]?.code ?? ''}`;
    }),
  );
  expect(answers.filter((one) => one === '200 ')).toHaveLength(1);
  expect(answers.filter((one) => one === '401 32')).toHaveLength(199);
}, 60_000);
