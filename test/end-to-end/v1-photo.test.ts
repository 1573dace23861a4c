import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versionOf } from '../../lambdas/core/change.ts';
import { digest } from '../../lambdas/core/credential.ts';
import { V1_SCHEMAS } from '../../lambdas/edge/v1/operation.ts';
import { V1_OPERATIONS } from '../../lambdas/edge/v1/operations.ts';
import { GREEN, png, RED, solid } from '../pictures.ts';
import { setPhoto } from '../requests.ts';
import { authorization } from '../signed.ts';
import { eventually, sharedWorld, type World } from '../world.ts';

/** Our own `/v1/photo`, with the credentials of either API. */
let world: World;

beforeAll(async () => {
  world = await sharedWorld();
}, 60_000);
afterAll(() => world?.end(), 30_000);

type User = Awaited<ReturnType<World['newUser']>>;

const apis: Record<string, (user: User, verb: string, url: string) => string> = {
  'a Slack token': ({ token }) => `Bearer ${token}`,
  'an OAuth signature': ({ twitter }, verb, url) => authorization({ keys: twitter, verb, url }),
};

async function call(verb: string, path: string, header: string, body?: FormData | Blob) {
  const response = await fetch(world.url + path, {
    method: verb,
    redirect: 'manual',
    headers: header === '' ? {} : { authorization: header },
    ...(body && { body }),
  });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text || '{}') as Record<string, unknown> };
}

async function setColour(user: User, colour: typeof RED): Promise<string> {
  const { body, headers } = await setPhoto(world.url, user.token, await png({ picture: solid(600, 600, colour) }));
  expect(body).toMatchObject({ ok: true });
  return headers.get('x-upload-id') ?? '';
}

describe.each(Object.entries(apis))('with %s', (_api, sign) => {
  const as = (user: User, verb: string, path: string) => call(verb, path, sign(user, verb, world.url + path));

  test('what is shown, what was, undo, delete', async () => {
    const user = await world.newUser();
    expect(await as(user, 'GET', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
    const uploadId = await setColour(user, RED);
    await setColour(user, GREEN);
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
    // At the origin; the edge forgets within the hour.
    const left = await world.keysOf('BucketPhotos', `${user.id}/`);
    expect(left.some((key) => key.includes((shown.body.photo as { version: string }).version))).toBe(false);
    expect((await fetch(urls['48'] ?? '')).headers.get('x-cache')).toBe('Hit from cloudfront');
    expect(await as(user, 'POST', '/v1/photo/undo')).toMatchObject({ status: 409, body: { code: 'nothing-to-undo' } });
    expect(await as(user, 'GET', '/v1/photo')).toEqual({ ...undone, status: 200 });

    expect(await as(user, 'DELETE', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
    expect(await world.traces(user.id)).toMatchObject({ photos: [] });
    expect(await as(user, 'DELETE', '/v1/photo')).toEqual({ status: 200, body: { photo: null, history: [] } });
  });

  test.each([
    ['PUT', '/v1/photo', 'GET, HEAD, POST or DELETE'],
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

describe('erasing oneself', () => {
  const erase = (user: User, query: string) => call('DELETE', `/v1/user${query}`, `Bearer ${user.token}`);

  test.each([
    ['without a confirmation', () => ''],
    ["with another's name", () => '?confirm=somebody'],
    ['with two', (name: string) => `?confirm=${name}&confirm=${name}`],
  ])('%s is refused, and nothing has changed', async (_name, query) => {
    const user = await world.newUser();
    expect(await erase(user, query(user.screenName))).toMatchObject({
      status: 400,
      body: { code: 'missing-argument' },
    });
    expect(await world.stores.users.get(user.id)).toMatchObject({ state: 'active' });
  });

  test('GET is 405, and a token that may not write is turned down', async () => {
    const user = await world.newUser();
    expect(await call('GET', '/v1/user', `Bearer ${user.token}`)).toMatchObject({ status: 405 });
    await world.stores.credentials.setScopes(digest(user.token), ['users.profile:read']);
    expect(await erase(user, `?confirm=${user.screenName}`)).toMatchObject({
      status: 403,
      body: { code: 'read-only' },
    });
  });

  test('stops the credentials at once; photos and the rest are gone soon', async () => {
    const user = await world.newUser();
    await setColour(user, RED);
    expect(await erase(user, `?confirm=${user.screenName.toUpperCase()}`)).toEqual({
      status: 202,
      body: {
        user_id: user.id,
        slack_user_id: user.slackId,
        screen_name: user.screenName,
        state: 'erasing',
        removes: ['photos', 'raw_files', 'import_files', 'credentials', 'claims', 'uploads', 'batch_rows'],
        tombstone: { id: user.id, kept_days: 15 },
      },
    });
    const after = await call('GET', '/v1/photo', `Bearer ${user.token}`);
    expect([401, 403]).toContain(after.status);
    const left = await eventually(
      async () => [
        ...(await world.keysOf('BucketPhotos', `${user.id}/`)),
        ...(await world.keysOf('BucketRaw', `raw/${user.id}/`)),
        (await world.stores.credentials.byDigest(digest(user.token)))?.digest ?? '',
      ],
      (seen) => seen.join('') === '',
    );
    expect(left).toEqual(['']);
    // The second pass is a minute away, and until then the name stays theirs.
    expect(await world.stores.users.get(user.id)).toMatchObject({ state: 'erased' });
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

test('erasing needs the name of who is erased', async () => {
  const user = await world.newUser();
  const other = await world.newUser();
  for (const query of ['', '?confirm=', `?confirm=${other.screenName}`, `?confirm=${user.screenName}&confirm=x`]) {
    const answer = await call('DELETE', `/v1/user${query}`, `Bearer ${user.token}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'missing-argument' } });
  }
  expect(await call('GET', '/v1/photo', `Bearer ${user.token}`)).toMatchObject({ status: 200 });
});

test.each([
  ['no credentials', '', 401, 'no-credential'],
  ['a wrong token', 'Bearer xoxp-1-wrong', 401, 'unknown-credential'],
  ['a broken signature', 'OAuth oauth_token="a"', 401, 'no-credential'],
])('%s', async (_name, header, status, code) => {
  expect(await call('GET', '/v1/photo', header)).toMatchObject({ status, body: { code } });
});

describe('what docs/openapi.json says', () => {
  /** A form with a photo, for the operation that takes one. */
  const photoForm = async () => {
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array(await png({ picture: solid(20, 20, RED) }))]));
    return form;
  };

  const json = (text: string) => new Blob([text], { type: 'application/json' });

  // Not what administrators may do: `administrators.slow.test.ts`.
  test.each(V1_OPERATIONS.filter((operation) => !operation.isForAdministrators))('$verb $path', async (operation) => {
    const { id, path, verb, body, isCreated, isLater, isLaterOrDone, refusals, isOpenToAll } = operation;
    const user = await world.newUser();
    const firstUploadId = await setColour(user, RED);
    const uploadId = await setColour(user, GREEN);
    const queries: Record<string, string> = {
      eraseUser: `?confirm=${user.screenName}`,
      restorePhoto: `?version=${versionOf(firstUploadId)}`,
    };
    const there = path.replace('{id}', path.includes('users') ? user.id : uploadId) + (queries[id] ?? '');
    const bodies: Record<string, () => FormData | Blob | Promise<FormData>> = {
      setPhoto: photoForm,
      requestTicketForPhoto: () => json('{"media_type":"image/png","bytes":100}'),
      changeOwnUser: () => json('{"avatar":false}'),
    };
    const sent = await bodies[id]?.();
    const answer = await call(verb.toUpperCase(), there, `Bearer ${user.token}`, sent);
    const done = isCreated ? 201 : body === undefined ? 302 : 200;
    expect(answer.status).toBe(isLater || isLaterOrDone ? 202 : done);
    // Parsing would drop a field that is not documented.
    if (body !== undefined) expect(V1_SCHEMAS[body].parse(answer.body)).toEqual(answer.body);

    const stranger = await call(verb.toUpperCase(), there, '');
    expect(stranger.status).toBe(isOpenToAll ? answer.status : 401);
    if (!isOpenToAll) expect(V1_SCHEMAS.Problem.parse(stranger.body)).toEqual(stranger.body);
    const wrong: Record<string, Record<number, string>> = {
      readUpload: { 404: there.replace(/.$/, 'z') },
      undoPhoto: { 409: there },
      restorePhoto: { 400: path, 404: `${path}?version=${'0'.repeat(20)}` },
      findPhotoOfUser: { 400: `${there}?size=0`, 404: '/v1/users/1/photo' },
      changeOwnUser: { 400: path, 413: path },
    };
    // Photos that are sent, and tickets, have tables of their own: `v1-set-photo.test.ts` and `tickets.test.ts`.
    // Somebody erased has no credentials left to be refused with.
    for (const status of isLater || isLaterOrDone || isCreated ? [] : refusals) {
      await call('DELETE', '/v1/photo', `Bearer ${user.token}`);
      const tooLarge = status === 413 ? json(' '.repeat(5_000_000)) : undefined;
      const refused = await call(verb.toUpperCase(), wrong[id]?.[status] ?? '', `Bearer ${user.token}`, tooLarge);
      expect(refused).toMatchObject({ status });
    }
  });
});
