import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digest } from '../../lambdas/core/credential.ts';
import { V1_SCHEMAS } from '../../lambdas/edge/v1/operation.ts';
import { avifOf, GREEN, gif, jpeg, paint, pixelAt, png, RED, solid, webpOf } from '../pictures.ts';
import { authorization } from '../signed.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** `POST /v1/photo`, `POST /v1/photo/restore` and the permanent address, over HTTP, as docs/api.md has them. */
let world: World;
let red: Buffer;
let green: Buffer;
let webp: Buffer;
let avif: Buffer;

beforeAll(async () => {
  [world, red, green, webp, avif] = await Promise.all([
    sharedWorld(),
    png({ picture: solid(60, 40, RED) }),
    jpeg({ picture: solid(60, 40, GREEN) }),
    webpOf(solid(60, 40, GREEN)),
    avifOf(solid(60, 40, [230, 20, 20, 99])),
  ]);
}, 60_000);
afterAll(() => world?.end(), 30_000);

type User = Awaited<ReturnType<World['newUser']>>;
type Headers = Record<string, string>;
type SentBody = NonNullable<RequestInit['body']>;

async function post(user: User, path: string, body: SentBody | undefined, headers: Headers = {}) {
  const response = await fetch(world.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.token}`, ...headers },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as Record<string, unknown> };
}

const bare = (user: User, file: Buffer, headers: Headers = {}, query = '') =>
  post(user, `/v1/photo${query}`, new Uint8Array(file), { 'content-type': 'image/png', ...headers });

function form(files: Buffer[], fields: Record<string, string> = {}): FormData {
  const body = new FormData();
  for (const file of files) body.append('image', new Blob([new Uint8Array(file)]), 'me.png');
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return body;
}

const sha256 = (file: Buffer): string => createHash('sha256').update(file).digest('hex');

describe('an upload', () => {
  test.each([
    ['a bare PNG', () => red, 'image/png', 'image/png'],
    ['a bare JPEG by its old name, with a parameter', () => green, 'image/pjpeg; q=1', 'image/jpeg'],
    ['a bare WebP', () => webp, 'image/webp', 'image/jpeg'],
    ['a bare AVIF with alpha', () => avif, 'image/avif', 'image/png'],
  ])('%s: 202, Location, and what it will be', async (_name, file, type, mediaType) => {
    const user = await world.newUser();
    const { status, headers, body } = await bare(user, file(), { 'content-type': type });
    expect(status).toBe(202);
    expect(V1_SCHEMAS.SetPhoto.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      state: 'queued',
      status_url: `${world.url}/v1/uploads/${body.upload_id}`,
      photo: { number: 1, media_type: mediaType, width_px: 60, height_px: 40 },
    });
    expect(headers.get('location')).toBe(body.status_url);
    expect(headers.get('x-upload-id')).toBe(body.upload_id);
    expect(headers.get('preference-applied')).toBeNull();
    const look = async () =>
      (await (
        await fetch(String(body.status_url), { headers: { authorization: `Bearer ${user.token}` } })
      ).json()) as object;
    expect(await eventually(look, (seen) => 'finished_at' in seen)).toMatchObject({
      state: 'published',
      source: 'v1',
    });
    const { urls } = body.photo as { urls: Record<string, string> };
    for (const url of Object.values(urls)) expect((await fetch(url)).status).toBe(200);
  });

  test('a form with a crop box, signed by OAuth', async () => {
    const user = await world.newUser();
    const headers = {
      authorization: authorization({ keys: user.twitter, verb: 'POST', url: `${world.url}/v1/photo` }),
    };
    const answer = await post(user, '/v1/photo', form([red], { crop_x: '10', crop_y: '0', crop_w: '40' }), headers);
    expect(answer).toMatchObject({ status: 202, body: { photo: { width_px: 40, height_px: 40 } } });
  });

  test('bare bytes with the crop box in the query, signed by OAuth', async () => {
    const user = await world.newUser();
    const query = '?crop_x=0&crop_y=5&crop_w=30';
    const signed = authorization({ keys: user.twitter, verb: 'POST', url: `${world.url}/v1/photo${query}` });
    const answer = await bare(user, red, { authorization: signed }, query);
    expect(answer).toMatchObject({ status: 202, body: { photo: { width_px: 30, height_px: 30 } } });
  });

  test.each([
    ['wait=10', 200, 'wait=10'],
    ['wait=10, respond-async', 200, 'wait=10'],
    ['foo; bar, WAIT = "10"', 200, 'wait=10'],
    ['wait=0', 202, 'wait=0'],
    ['respond-async', 202, 'respond-async'],
    ['respond-async, wait=0', 202, 'wait=0, respond-async'],
    ['handling=lenient', 202, null],
  ])('Prefer: %s is %i, Preference-Applied: %s', async (prefer, status, applied) => {
    const user = await world.newUser();
    const answer = await bare(user, red, { prefer });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([status, applied]);
    expect(answer.headers.get('location')).toBe(status === 200 ? null : String(answer.body.status_url));
    if (status !== 200) return;
    expect(answer.body).toMatchObject({ state: 'published', photo: { published_at: expect.any(String) } });
    const { urls } = answer.body.photo as { urls: Record<string, string> };
    expect((await fetch(urls.original ?? '')).status).toBe(200);
  });
});

describe('where the squares are laid', () => {
  /** A face-coloured spot on grey, on the right: the subject is not in the middle. */
  const picture = paint(300, 100, (x, y) => (Math.hypot(x - 250, y - 50) < 30 ? [220, 160, 130] : [128, 128, 128]));
  const file = png({ picture });
  const statusOf = async (user: User, body: Record<string, unknown>) =>
    (await (
      await fetch(String(body.status_url), { headers: { authorization: `Bearer ${user.token}` } })
    ).json()) as Record<string, unknown>;

  test.each([
    ['nothing asked', '', { y: 0, w: 100, by: 'auto' }],
    ['crop=auto', '?crop=auto', { y: 0, w: 100, by: 'auto' }],
    ['crop=centre', '?crop=centre', { x: 100, y: 0, w: 100, by: 'centre' }],
    ['a box', '?crop_x=5&crop_y=6&crop_w=40', { x: 5, y: 6, w: 40, by: 'box' }],
  ])('%s: the status tells the box', async (_name, query, crop) => {
    const user = await world.newUser();
    const { body } = await bare(user, await file, { prefer: 'wait=10' }, query);
    expect(body).toMatchObject({ state: 'published', photo: { crop } });
    const status = await eventually(
      () => statusOf(user, body),
      (seen) => 'finished_at' in seen,
    );
    expect(status).toMatchObject({ state: 'published', crop });
    expect(V1_SCHEMAS.Upload.parse(status)).toEqual(status);
    const { x } = status.crop as { x: number };
    if (crop.by === 'auto') expect(x).toBeGreaterThanOrEqual(180);
    const { urls } = body.photo as { urls: Record<string, string> };
    const pixel = await pixelAt(Buffer.from(await (await fetch(urls['24'] ?? '')).arrayBuffer()), 12, 12);
    // The automatic square has the spot in its middle, where red is not blue.
    expect((pixel[0] ?? 0) - (pixel[2] ?? 0) > 40).toBe(crop.by === 'auto');
  });

  test('a form says it as well; a repeat with another word is another upload', async () => {
    const user = await world.newUser();
    const send = (fields: Record<string, string>) =>
      file.then((sent) => post(user, '/v1/photo', form([sent], fields), { 'idempotency-key': 'crop' }));
    const first = await send({ crop: 'centre' });
    expect(first.status).toBe(202);
    expect(await send({ crop: 'centre' })).toMatchObject({ status: 202, body: { upload_id: first.body.upload_id } });
    for (const other of [{}, { crop: 'auto' }, { crop_x: '0', crop_y: '0', crop_w: '9' }] as Record<string, string>[]) {
      expect(await send(other)).toMatchObject({ status: 422, body: { code: 'other-upload' } });
    }
  });

  test('auto is what happens anyway, so it is the same upload', async () => {
    const user = await world.newUser();
    const key = { 'idempotency-key': 'auto' };
    const [said, unsaid] = [await bare(user, await file, key, '?crop=auto'), await bare(user, await file, key)];
    expect([said.status, unsaid.status, unsaid.body.upload_id]).toEqual([202, 202, said.body.upload_id]);
  });
});

describe('a repeat by Idempotency-Key', () => {
  test('is the same upload, with the state of now, whatever happened in between', async () => {
    const user = await world.newUser();
    const key = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
    const first = await bare(user, red, { ...key, prefer: 'wait=10' });
    expect(first).toMatchObject({ status: 200, body: { state: 'published' } });
    await bare(user, green, { 'content-type': 'image/jpeg', prefer: 'wait=10' });
    // Without quotes it is the same key.
    const again = await bare(user, red, { 'idempotency-key': '8e03978e-40d5-43dd-bc93-6894a57f9324' });
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ upload_id: first.body.upload_id, state: 'published', photo: { number: 1 } });
    expect(again.headers.get('location')).toBe(first.body.status_url);
    await fetch(`${world.url}/v1/photo`, { method: 'DELETE', headers: { authorization: `Bearer ${user.token}` } });
    const afterDelete = await bare(user, red, key);
    expect(afterDelete).toMatchObject({ status: 202, body: { upload_id: first.body.upload_id, state: 'published' } });
    expect(await world.stores.users.get(user.id)).toMatchObject({ shown: 3, history: [] });
  });

  test.each([
    ['other bytes', () => bareWithKey(green, 'image/jpeg')],
    ['another crop', () => bareWithKey(red, 'image/png', '?crop_x=0&crop_y=0&crop_w=40')],
    ['bytes that are no picture', () => bareWithKey(Buffer.from('none'), 'image/png')],
  ])('with %s is 422, and the stored file stays', async (_name, second) => {
    const user = await world.newUser();
    const first = await bareWithKey(red, 'image/png')(user);
    expect(first.status).toBe(202);
    expect(await second()(user)).toMatchObject({ status: 422, body: { code: 'other-upload' } });
    expect(await world.keysOf('BucketRaw', `raw/${user.id}/`)).toEqual([
      `raw/${user.id}/${first.body.upload_id}.${sha256(red)}`,
    ]);
  });

  test('of another user is another upload', async () => {
    const [one, other] = [await world.newUser(), await world.newUser()];
    const key = { 'idempotency-key': 'k' };
    const [first, second] = [await bare(one, red, key), await bare(other, red, key)];
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body.upload_id).not.toBe(second.body.upload_id);
  });
});

/** With the key `k`. */
const bareWithKey =
  (file: Buffer, type: string, query = '') =>
  (user: User) =>
    bare(user, file, { 'content-type': type, 'idempotency-key': 'k' }, query);

describe('bad input gets a problem with figures, and leaves no trace', () => {
  const sent = {
    'no body': [undefined, { 'content-type': 'image/png' }, 400, 'body-missing', { bytes: 0 }],
    'a form without an image': [() => form([], { crop_x: '1' }), {}, 400, 'no-image', { images: 0 }],
    'no type': [() => new Blob([new Uint8Array(red)]), {}, 415, 'content-type-missing', undefined],
    'a type of no picture': [() => '{}', { 'content-type': 'application/json' }, 415, 'content-type-unknown', {}],
    'a type that lies': [
      () => new Uint8Array(green),
      { 'content-type': 'image/png' },
      415,
      'content-type-wrong',
      { content_type: 'image/png', picture: 'image/jpeg' },
    ],
    'a type of another format': [
      () => new Uint8Array(webp),
      { 'content-type': 'image/avif' },
      415,
      'content-type-wrong',
      { content_type: 'image/avif', picture: 'image/webp' },
    ],
    'two images': [() => form([red, green]), {}, 400, 'several-images', { images: 2 }],
    'half a crop': [() => form([red], { crop_w: '5' }), {}, 400, 'bad-crop', { crop_x: '' }],
    'a crop outside': [
      () => form([red], { crop_x: '21', crop_y: '0', crop_w: '40' }),
      {},
      422,
      'crop-outside',
      { crop_x: 21, crop_y: 0, crop_w: 40 },
    ],
    'a crop by another word': [() => form([red], { crop: 'face' }), {}, 400, 'bad-crop', { crop: 'face' }],
    'a crop by a word and a box': [
      () => form([red], { crop: 'centre', crop_x: '0', crop_y: '0', crop_w: '9' }),
      {},
      400,
      'bad-crop',
      { crop: 'centre' },
    ],
    'a crop of nothing': [() => form([red], { crop_x: '0', crop_y: '0', crop_w: '0' }), {}, 400, 'bad-crop', {}],
    'a key of 300 characters': [
      () => form([red]),
      { 'idempotency-key': 'k'.repeat(300) },
      400,
      'bad-idempotency-key',
      { characters: 300 },
    ],
    'a wait of 11': [() => form([red]), { prefer: 'wait=11' }, 400, 'bad-wait', { wait_seconds: '11' }],
    'a wait of no number': [() => form([red]), { prefer: 'wait=soon' }, 400, 'bad-wait', { wait_seconds: 'soon' }],
    'no picture': [() => form([Buffer.from('%PDF-1.7')]), {}, 415, 'unknown-format', { format: 'pdf' }],
  } as const satisfies Record<string, [(() => SentBody) | undefined, Headers, number, string, object | undefined]>;

  test.each(Object.entries(sent))('%s', async (_name, [body, headers, status, code, found]) => {
    const user = await world.newUser();
    const answer = await post(user, '/v1/photo', body?.(), headers);
    expect(answer).toMatchObject({ status, body: { status, code, ...(found && { found }) } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(V1_SCHEMAS.Problem.parse(answer.body)).toEqual(answer.body);
    expect(await world.traces(user.id)).toMatchObject({ user: { seq: 0 }, raw: [], photos: [] });
  });

  test('a token that may only read is turned down before anything is read', async () => {
    const user = await world.newUser();
    await world.stores.credentials.setScopes(digest(user.token), ['users.profile:read']);
    expect(await bare(user, red)).toMatchObject({ status: 403, body: { code: 'read-only' } });
    expect(await world.traces(user.id)).toMatchObject({ user: { seq: 0 }, raw: [] });
  });
});

describe('restore', () => {
  const restore = (user: User, version: unknown) =>
    post(user, '/v1/photo/restore', JSON.stringify({ version }), { 'content-type': 'application/json' });

  test('shows any of those before, as a change with a number of its own, and loses none', async () => {
    const user = await world.newUser();
    const versions: string[] = [];
    for (const file of [red, await gif({ picture: solid(30, 30, RED) }), red]) {
      const type = file === red ? 'image/png' : 'image/gif';
      const set = await bare(user, file, { 'content-type': type, prefer: 'wait=10' });
      versions.push((set.body.photo as { version: string }).version);
    }
    const [first, second, third] = versions;
    const restored = await restore(user, first);
    expect(restored).toMatchObject({
      status: 200,
      body: { photo: { version: first, number: 1 }, history: [{ version: third }, { version: second }] },
    });
    expect(await world.stores.users.get(user.id)).toMatchObject({ seq: 4, shown: 4, evicted: [] });
    for (const url of Object.values((restored.body.photo as { urls: object }).urls)) {
      expect((await fetch(url)).status).toBe(200);
    }
    // It is shown already.
    expect(await restore(user, first)).toMatchObject({ status: 200, body: { photo: { version: first } } });
    expect(await world.stores.users.get(user.id)).toMatchObject({ seq: 4, shown: 4 });

    const never = await restore(user, '0'.repeat(20));
    expect(never).toMatchObject({
      status: 404,
      body: { code: 'unknown-version', found: { version: '0'.repeat(20) }, allowed: { versions: [third, second] } },
    });
    expect(await world.stores.users.get(user.id)).toMatchObject({ seq: 4, shown: 4 });
  });

  test.each([
    ['no version', '{}', 400, 'missing-argument'],
    ['no JSON', '{', 400, 'body-malformed'],
    ['a version of another kind', '{"version":1}', 400, 'missing-argument'],
  ])('%s', async (_name, body, status, code) => {
    const user = await world.newUser();
    const answer = await post(user, '/v1/photo/restore', body, { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status, body: { code } });
  });
});

test('the limit is told, and the 61st change of an hour is 429 with Retry-After', async () => {
  const user = await world.newUser();
  const undo = () => post(user, '/v1/photo/undo', undefined);
  const first = await undo();
  expect(first.headers.get('ratelimit-policy')).toBe('"changes";q=60;w=3600');
  expect(first.headers.get('ratelimit')).toBe('"changes";r=59;t=60');
  const more = await Promise.all(Array.from({ length: 59 }, undo));
  expect(more.map(({ status }) => status)).toEqual(more.map(() => 409));
  const last = await bare(user, red);
  expect(last).toMatchObject({ status: 429, body: { code: 'rate-limited', allowed: { max_requests: 60 } } });
  expect(last.headers.get('ratelimit')).toMatch(/^"changes";r=0;t=\d+$/);
  // Refilled by one a minute.
  const seconds = Number(last.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await world.traces(user.id)).toMatchObject({ user: { seq: 0 }, raw: [] });
});

describe('the address that stays', () => {
  const find = (path: string, headers: Headers = {}, method = 'GET') =>
    fetch(world.url + path, { redirect: 'manual', headers, method });

  test('leads to the smallest square of at least that size, for everybody, and is kept for a minute', async () => {
    const user = await world.newUser();
    const large = await png({ picture: solid(600, 500, RED) });
    const { body } = await bare(user, large, { prefer: 'wait=10' });
    const { urls } = body.photo as { urls: Record<string, string> };
    for (const [size, side] of [
      ['1', '24'],
      ['48', '48'],
      ['49', '72'],
      ['401', '500'],
      ['1024', '500'],
    ] as const) {
      const answer = await find(`/v1/users/${user.id}/photo?size=${size}`);
      expect([answer.status, world.url + answer.headers.get('location')]).toEqual([302, urls[side]]);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=60');
    }
    const path = `/v1/users/${user.id}/photo`;
    expect(world.url + (await find(path)).headers.get('location')).toBe(urls['192']);
    const again = await find(path, { 'if-none-match': 'W/"x"', accept: 'text/html;q=0.1' });
    expect([again.status, again.headers.get('x-cache')]).toEqual([302, 'Hit from cloudfront']);
    expect((await find(path, {}, 'HEAD')).status).toBe(302);
    expect((await fetch(world.url + path)).headers.get('content-type')).toBe('image/png');
  });

  test.each([
    ['', 404, null],
    ['?d=404', 404, null],
    ['?d=person&size=48', 302, '/v1/default-photo/default_profile_48.png'],
  ])('of somebody without a photo: %s', async (query, status, location) => {
    const user = await world.newUser();
    const answer = await find(`/v1/users/${user.id}/photo${query}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
  });

  test('initials are drawn', async () => {
    const user = await world.newUser();
    const answer = await find(`/v1/users/${user.id}/photo?d=initials&size=64`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    // The user is called Ada L.
    expect(await answer.text()).toMatch(/^<svg [^>]*width="64".*>AL<\/text><\/svg>$/);
  });

  test.each(['?size=0', '?size=1025', '?size=x', '?d=https://example.com'])('%s is 400', async (query) => {
    const answer = await find(`/v1/users/1/photo${query}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'bad-argument' }]);
  });

  test('nobody is told whether there is a user', async () => {
    expect((await find('/v1/users/1/photo')).status).toBe(404);
    expect((await find('/v1/users/..%2f1/photo')).status).toBe(404);
    expect((await find('/v1/users/1/photo?d=initials')).headers.get('location')).toMatch(/^\/v1\/default-photo\//);
  });
});

describe('verbs', () => {
  test.each([
    ['OPTIONS', '/v1/photo', 204, 'GET, HEAD, POST, DELETE, OPTIONS'],
    ['OPTIONS', '/v1/limits', 204, 'GET, HEAD, OPTIONS'],
    ['PUT', '/v1/photo', 405, 'GET, HEAD, POST, DELETE'],
    ['DELETE', '/v1/photo/restore', 405, 'POST'],
  ])('%s %s is %i, Allow: %s', async (method, path, status, allow) => {
    const user = await world.newUser();
    const headers = { authorization: `Bearer ${user.token}`, origin: 'https://example.com' };
    const answer = await fetch(world.url + path, { method, headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([status, allow]);
    // No origin is allowed unless the deployment says so.
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['HEAD', '/v1/photo', {}, 200, 'application/json; charset=utf-8'],
    ['HEAD', '/v1/limits', {}, 200, 'application/json; charset=utf-8'],
    ['HEAD', '/v1/nothing', {}, 404, 'application/problem+json'],
    // RFC 9110: a server may disregard Accept (section 12.5.1); an unknown tag does not match (13.1.2).
    ['GET', '/v1/photo', { accept: 'text/html;q=0.1' }, 200, 'application/json; charset=utf-8'],
    ['GET', '/v1/photo', { 'if-none-match': 'W/"x"' }, 200, 'application/json; charset=utf-8'],
    [
      'GET',
      '/v1/photo',
      { 'if-modified-since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
      200,
      'application/json; charset=utf-8',
    ],
    ['GET', '/v1/photo?size=1&size=2', {}, 200, 'application/json; charset=utf-8'],
  ] as const)('%s %s with %j is %i', async (method, path, headers, status, type) => {
    const user = await world.newUser();
    const answer = await fetch(world.url + path, {
      method,
      headers: { authorization: `Bearer ${user.token}`, ...headers },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    expect((await answer.text()) === '').toBe(method === 'HEAD');
  });
});
