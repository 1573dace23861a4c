import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digest } from '../../lambdas/core/credential.ts';
import { OWN_OPERATIONS, OWN_SCHEMAS } from '../../lambdas/edge/own/own-openapi.ts';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { authorization } from '../signed.ts';
import { testWorld, type World } from '../world.ts';

/** Our own `/v1/photo`, with the credentials of either door. */
let world: World;

beforeAll(async () => {
  world = await testWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

type User = Awaited<ReturnType<World['newUser']>>;

const doors: Record<string, (user: User, verb: string, url: string) => string> = {
  'a Slack token': ({ token }) => `Bearer ${token}`,
  'an OAuth signature': ({ twitter }, verb, url) => authorization({ keys: twitter, verb, url }),
};

async function call(verb: string, path: string, header: string) {
  const response = await fetch(world.url + path, {
    method: verb,
    headers: header === '' ? {} : { authorization: header },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function setPhoto(user: User, colour: typeof RED): Promise<string> {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(await png({ picture: solid(600, 600, colour) }))]));
  const headers = { authorization: `Bearer ${user.token}` };
  const response = await fetch(`${world.url}/api/users.setPhoto`, { method: 'POST', body, headers });
  expect(await response.json()).toMatchObject({ ok: true });
  return response.headers.get('x-upload-id') ?? '';
}

describe.each(Object.entries(doors))('with %s', (_door, sign) => {
  const as = (user: User, verb: string, path: string) => call(verb, path, sign(user, verb, world.url + path));

  test('what is shown, what was, undo, delete', async () => {
    const user = await world.newUser();
    expect(await as(user, 'GET', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
    const uploadId = await setPhoto(user, RED);
    await setPhoto(user, GREEN);
    expect(await as(user, 'GET', `/v1/uploads/${uploadId}`)).toMatchObject({
      status: 200,
      body: { state: 'published' },
    });

    const shown = await as(user, 'GET', '/v1/photo');
    const size = { media_type: 'image/png', width_px: 600, height_px: 600 };
    expect(shown).toMatchObject({
      status: 200,
      body: { photo: { number: 2, ...size }, history: [{ number: 1, ...size }] },
    });
    const { urls } = shown.body.photo as { urls: Record<string, string> };
    expect(Object.keys(urls)).toEqual(['24', '32', '48', '72', '73', '192', '400', '512', '600', 'original']);
    for (const url of Object.values(urls)) expect((await fetch(url)).status).toBe(200);

    const undone = await as(user, 'POST', '/v1/photo/undo');
    expect(undone).toMatchObject({ status: 200, body: { photo: { number: 1 }, history: [] } });
    expect((await fetch(urls['48'] ?? '')).status).toBe(403);
    expect(await as(user, 'POST', '/v1/photo/undo')).toMatchObject({ status: 409, body: { code: 'nothing-to-undo' } });
    expect(await as(user, 'GET', '/v1/photo')).toEqual({ ...undone, status: 200 });

    expect(await as(user, 'DELETE', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
    expect(await world.traces(user.id)).toMatchObject({ photos: [] });
    expect(await as(user, 'DELETE', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
  });

  test.each([
    ['PUT', '/v1/photo', 'GET or DELETE'],
    ['GET', '/v1/photo/undo', 'POST'],
  ])('%s %s is 405', async (verb, path, allowed) => {
    const user = await world.newUser();
    const answer = await as(user, verb, path);
    expect(answer).toMatchObject({
      status: 405,
      body: { code: 'wrong-verb', detail: expect.stringContaining(allowed) },
    });
  });
});

test('a read-only Twitter token may look and not touch', async () => {
  const user = await world.newUser();
  await world.stores.credentials.setScopes(digest(user.twitter.accessToken), ['read']);
  const as = (verb: string) =>
    call(verb, '/v1/photo', authorization({ keys: user.twitter, verb, url: `${world.url}/v1/photo` }));
  expect(await as('GET')).toMatchObject({ status: 200 });
  expect(await as('DELETE')).toMatchObject({ status: 403, body: { code: 'read-only' } });
});

test.each([
  ['no credentials', '', 401, 'no-credential'],
  ['a wrong token', 'Bearer xoxp-1-wrong', 401, 'unknown-credential'],
  ['a broken signature', 'OAuth oauth_token="a"', 401, 'no-credential'],
])('%s', async (_name, header, status, code) => {
  expect(await call('GET', '/v1/photo', header)).toMatchObject({ status, body: { code } });
});

describe('what docs/openapi.json says', () => {
  test.each(OWN_OPERATIONS)('$verb $path', async ({ path, verb, body, refusals, isOpenToAll }) => {
    const user = await world.newUser();
    await setPhoto(user, RED);
    const uploadId = await setPhoto(user, GREEN);
    const there = path.replace('{id}', uploadId);
    const answer = await call(verb.toUpperCase(), there, `Bearer ${user.token}`);
    expect(answer.status).toBe(200);
    // A field that the document does not have would be left out of what is read.
    expect(OWN_SCHEMAS[body].parse(answer.body)).toEqual(answer.body);

    const stranger = await call(verb.toUpperCase(), there, '');
    expect(stranger.status).toBe(isOpenToAll ? 200 : 401);
    if (!isOpenToAll) expect(OWN_SCHEMAS.Problem.parse(stranger.body)).toEqual(stranger.body);
    const refused = { 404: there.replace(/.$/, 'z'), 409: there };
    for (const status of refusals) {
      const again = Reflect.get(refused, status);
      await call('DELETE', '/v1/photo', `Bearer ${user.token}`);
      expect(await call(verb.toUpperCase(), again, `Bearer ${user.token}`)).toMatchObject({ status });
    }
  });
});
