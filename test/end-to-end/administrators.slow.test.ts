import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versionOf } from '../../lambdas/core/change.ts';
import { identityKey } from '../../lambdas/core/identity.ts';
import { V1_SCHEMAS, type V1Operation } from '../../lambdas/edge/v1/operation.ts';
import { V1_OPERATIONS } from '../../lambdas/edge/v1/operations.ts';
import { type OwnProvider, ownProvider } from '../identity/own-provider.ts';
import { worldWith } from '../identity/with-provider.ts';
import { BLUE, png, RED, solid } from '../pictures.ts';
import { ask, bearer, form, setPhoto } from '../requests.ts';
import { authorization } from '../signed.ts';
import type { World } from '../world.ts';

/** What administrators may do to others, and that nobody else may. */
let own: OwnProvider;
let world: World;
let admin: { token: string; id: string };
let member: { token: string; id: string };
const picture = async (colour = RED) => png({ picture: solid(512, 512, colour) });

beforeAll(async () => {
  own = await ownProvider();
  await own.addKey('key', 'ES256');
  world = await worldWith(own);
  admin = await person('grace', { groups: ['staff', 'photo-admins'] });
  member = await person('mallory', { groups: ['staff'] });
}, 120_000);
afterAll(async () => {
  await world?.end();
  await own?.end();
}, 30_000);

async function person(sub: string, more: Record<string, unknown> = {}) {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const token = await own.sign(own.claims({ sub, iat: exp - 600, exp, name: sub, ...more }), 'key');
  await ask(world.url, '/v1/photo', { headers: bearer(token) });
  const id = await world.stores.users.claimant({
    kind: 'oidc',
    value: identityKey({ issuer: own.issuer, subject: sub }),
  });
  return { token, id: id ?? '' };
}

type Target = Awaited<ReturnType<World['newUser']>> & { uploadIds: string[] };

/** A user with two photos, set one after the other. */
async function target(): Promise<Target> {
  const user = await world.newUser();
  const uploadIds: string[] = [];
  for (const colour of [RED, BLUE]) {
    const sent = await setPhoto(world.url, user.token, await picture(colour));
    uploadIds.push(sent.headers.get('x-upload-id') ?? '');
  }
  return { ...user, uploadIds };
}

/** Performs an operation on somebody. */
async function perform({ path, verb, id }: V1Operation, to: Target, headers: Record<string, string>) {
  const queries: Record<string, string> = {
    findUsers: `?screen_name=${to.screenName}`,
    eraseOtherUser: `?confirm=${to.screenName}`,
    restorePhotoOfUser: `?version=${versionOf(to.uploadIds[0] ?? '')}`,
  };
  const bodies: Record<string, [type: string, body: string | Uint8Array<ArrayBuffer>]> = {
    changeUser: ['application/merge-patch+json', JSON.stringify({ name: 'Changed' })],
    requestTicketForPhotoOfUser: ['application/json', JSON.stringify({ media_type: 'image/png', bytes: 100 })],
    setPhotoOfUser: ['image/png', new Uint8Array(await picture())],
  };
  const [type, body] = bodies[id] ?? [];
  return ask(world.url, path.replace('{id}', to.id) + (queries[id] ?? ''), {
    method: verb.toUpperCase(),
    headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
}

const logLines = (): Record<string, unknown>[] => {
  const folder = join(world.laptop.dataDir, 'logs');
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => (line.startsWith('{') ? [Object(JSON.parse(line))] : []));
};

const FOR_ADMINISTRATORS = V1_OPERATIONS.filter(({ isForAdministrators }) => isForAdministrators);
const isOfWebhooks = ({ path }: V1Operation) => path.startsWith('/v1/webhooks');
const OPERATIONS = FOR_ADMINISTRATORS.filter((operation) => !isOfWebhooks(operation));

test('there are the operations of users, and of the photo verbs', () => {
  expect(OPERATIONS.map(({ verb, path }) => `${verb} ${path}`)).toEqual([
    'get /v1/users',
    'get /v1/users/{id}',
    'patch /v1/users/{id}',
    'delete /v1/users/{id}',
    'post /v1/users/{id}/photo',
    'delete /v1/users/{id}/photo',
    'post /v1/users/{id}/photo/uploads',
    'post /v1/users/{id}/photo/undo',
    'post /v1/users/{id}/photo/restore',
  ]);
});

describe.each(OPERATIONS)('$verb $path', (operation) => {
  test('is done by an administrator, as the document says, and leaves a line with both ids', async () => {
    const user = await target();
    const answer = await perform(operation, user, bearer(admin.token));
    const done = operation.isCreated ? 201 : 200;
    expect(answer.status).toBe(operation.isLater || operation.isLaterOrDone ? 202 : done);
    if (operation.body !== undefined) expect(V1_SCHEMAS[operation.body].parse(answer.body)).toEqual(answer.body);
    expect(
      logLines().filter(({ message, user_ids }) => message === 'administered' && String(user_ids) === user.id),
    ).toMatchObject([
      { admin_id: admin.id, verb: operation.verb.toUpperCase(), path: operation.path, status: answer.status },
    ]);
  });

  test('is done by nobody else: another person of the provider, a token of ours, a signature, nobody', async () => {
    const user = await target();
    const other = await world.newUser();
    const before = await world.stores.users.get(user.id);
    const url = world.url + operation.path.replace('{id}', user.id);
    const keys = other.twitter;
    const callers = {
      member: bearer(member.token),
      'a token of ours': bearer(other.token),
      themselves: bearer(user.token),
      'a signature': { authorization: authorization({ keys, verb: operation.verb.toUpperCase(), url }) },
    };
    for (const [who, headers] of Object.entries(callers)) {
      const answer = await perform(operation, user, headers);
      // A signature covers the query, so a signed request with one fails for another reason. Either way nothing is told
      // or done.
      const codes = who === 'a signature' ? ['not-administrator', 'bad-signature'] : ['not-administrator'];
      expect([who, codes.includes(String(answer.body.code))]).toEqual([who, true]);
      expect(JSON.stringify(answer.body)).not.toContain(user.screenName);
    }
    expect((await perform(operation, user, {})).status).toBe(401);
    expect(await world.stores.users.get(user.id)).toEqual(before);
  });
});

test("an upload's status is told to an administrator, who leaves a line of it, and to no other", async () => {
  const user = await target();
  const path = `/v1/uploads/${user.uploadIds[0]}`;
  expect((await ask(world.url, path, { headers: bearer(member.token) })).status).toBe(404);
  expect(await ask(world.url, path, { headers: bearer(admin.token) })).toMatchObject({
    status: 200,
    body: { number: 1 },
  });
  expect(logLines().filter(({ user_ids }) => String(user_ids) === user.id)).toMatchObject([
    { message: 'administered', admin_id: admin.id, path: '/v1/uploads/{id}' },
  ]);
});

test('webhooks are off here: an administrator is told so at each of their paths, and nobody else', async () => {
  for (const { verb, path } of FOR_ADMINISTRATORS.filter(isOfWebhooks)) {
    const at = path.replace('{id}', 'wh_0').replace('{test_id}', '1');
    const told = await ask(world.url, at, { method: verb.toUpperCase(), headers: bearer(admin.token) });
    expect([verb, path, told.status, told.body.code]).toEqual([verb, path, 404, 'webhooks-off']);
    expect(told.body.detail).toContain('the setting webhooks turns them on');
    const other = await ask(world.url, at, { method: verb.toUpperCase(), headers: bearer(member.token) });
    expect([verb, path, other.status, other.body.code]).toEqual([verb, path, 403, 'not-administrator']);
  }
});

describe('finding users', () => {
  const find = async (query: string) => {
    const answer = await ask(world.url, `/v1/users?${query}`, { headers: bearer(admin.token) });
    const users: { user_id: string }[] = Array.isArray(answer.body.users) ? answer.body.users : [];
    return answer.status === 200 ? users.map(({ user_id }) => user_id) : answer.body.code;
  };

  test('by subject, by screen name in any case, by an e-mail address that several have', async () => {
    const email = 'both@example.com';
    const [one, two] = [
      await person('find-1', { email, email_verified: true }),
      await person('find-2', { email, email_verified: true }),
    ];
    expect(await find('subject=find-1')).toEqual([one.id]);
    expect(await find('screen_name=FIND_2')).toEqual([two.id]);
    expect(await find('email=Both@Example.com')).toEqual(expect.arrayContaining([one.id, two.id]));
  });

  test.each([
    ['email=nobody@example.com', []],
    ['email=nobody', []],
    ['screen_name=%00', []],
    ['subject=', []],
    [`subject=${'s'.repeat(300)}`, []],
    ['', 'missing-argument'],
    ['name=Ada', 'missing-argument'],
    ['subject=a&email=b@c', 'missing-argument'],
  ])('%s: %j', async (query, found) => {
    expect(await find(query)).toEqual(found);
  });
});

describe('changing a user', () => {
  const patch = (id: string, body: unknown, type = 'application/json') =>
    ask(world.url, `/v1/users/${id}`, {
      method: 'PATCH',
      headers: { ...bearer(admin.token), 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  test('name and e-mail address, which tokens then leave alone', async () => {
    const ada = await person('patch-1', { email: 'old@example.com', email_verified: true });
    expect((await patch(ada.id, { name: 'Ada King', email: 'new@example.com' })).body).toMatchObject({
      name: 'Ada King',
      email: 'new@example.com',
      subject: 'patch-1',
    });
    expect(await world.stores.users.withEmail('old@example.com')).toEqual([]);
    expect((await world.stores.users.get(ada.id))?.profileAt).toBeUndefined();
    expect((await patch(ada.id, { email: null })).body.email).toBeNull();
    expect(await world.stores.users.withEmail('new@example.com')).toEqual([]);
  });

  test('active: no token of theirs works until it is taken back', async () => {
    const ada = await person('patch-2');
    const status = async () => (await ask(world.url, '/v1/photo', { headers: bearer(ada.token) })).status;
    expect((await patch(ada.id, { active: false })).body.active).toBe(false);
    expect(await status()).toBe(403);
    expect((await patch(ada.id, { active: true })).body.active).toBe(true);
    expect(await status()).toBe(200);
  });

  test.each<[string, unknown, string | undefined, string]>([
    ['a list', [], undefined, 'bad-argument'],
    ['no JSON', '{', undefined, 'bad-argument'],
    ['what is not known', { photolock: { reason: 'x' } }, undefined, 'bad-argument'],
    ['a lock without a reason', { photo_lock: {} }, undefined, 'bad-argument'],
    ['a name with a line break', { name: 'a\nb' }, undefined, 'bad-argument'],
    ['an e-mail address that is none', { email: 'ada' }, undefined, 'bad-argument'],
    ['no name at all', { name: null }, undefined, 'bad-argument'],
    ['a form', 'name=Ada', 'application/x-www-form-urlencoded', 'content-type-unknown'],
  ])('refused: %s', async (_what, body, type, code) => {
    const before = await world.stores.users.get(member.id);
    expect((await patch(member.id, body, type)).body.code).toBe(code);
    expect(await world.stores.users.get(member.id)).toEqual(before);
  });

  test('nobody: there is no such user, or they are erased', async () => {
    expect((await patch('1', { active: false })).status).toBe(404);
    expect((await patch('abc', { active: false })).status).toBe(404);
    const gone = await world.newUser();
    await world.stores.users.markErased(gone.id);
    expect((await patch(gone.id, { active: true })).status).toBe(404);
    expect((await world.stores.users.get(gone.id))?.state).toBe('erased');
  });

  test('photo lock: the person is told why by every API, and the administrator goes on', async () => {
    const user = await target();
    const reason = 'Shows a customer';
    expect((await patch(user.id, { photo_lock: { reason } })).body.photo_lock).toEqual({ reason });
    const before = (await world.stores.users.get(user.id))?.seq;
    const body = new Uint8Array(await picture());
    const image = { 'content-type': 'image/png' };
    for (const [method, path, headers] of [
      ['POST', '/v1/photo', image],
      ['DELETE', '/v1/photo', {}],
      ['POST', '/v1/photo/uploads', {}],
      ['POST', '/v1/photo/undo', {}],
      ['POST', `/v1/photo/restore?version=${versionOf(user.uploadIds[0] ?? '')}`, {}],
    ] as const) {
      const init = {
        method,
        headers: { ...bearer(user.token), ...headers },
        ...(path === '/v1/photo' && method === 'POST' && { body }),
      };
      const answer = await ask(world.url, path, init);
      expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'photo-locked']);
      expect(answer.body.detail).toContain(reason);
    }
    // Slack's page of methods: access_denied is "Access to a resource specified in the request is denied". The
    // explanation is in `response_metadata.messages`, and the status is 200.
    const bySlack = await setPhoto(world.url, user.token, await picture());
    expect([bySlack.status, bySlack.body]).toEqual([
      200,
      {
        ok: false,
        error: 'access_denied',
        response_metadata: { messages: [`[ERROR] an administrator has locked the photo: ${reason}`] },
      },
    ]);
    const deleted = await ask(world.url, '/api/users.deletePhoto', { method: 'POST', headers: bearer(user.token) });
    expect([deleted.status, deleted.body]).toMatchObject([200, bySlack.body]);
    // Twitter's page of error codes: 120, "Account update failed: …", in `errors`.
    const url = `${world.url}/1.1/account/update_profile_image.json`;
    const byTwitter = await ask(world.url, '/1.1/account/update_profile_image.json', {
      method: 'POST',
      headers: { authorization: authorization({ keys: user.twitter, verb: 'POST', url }) },
      body: form(await picture()),
    });
    const message = `Account update failed: an administrator has locked the photo: ${reason}.`;
    expect([byTwitter.status, byTwitter.body]).toEqual([422, { errors: [{ code: 120, message }] }]);
    expect(byTwitter.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(byTwitter.headers.get('x-rate-limit-remaining')).not.toBeNull();
    // They can still be read, and the photo is as it was.
    const read = await ask(world.url, '/api/users.profile.get', { headers: bearer(user.token) });
    expect(read.body).toMatchObject({ ok: true, profile: { image_24: expect.stringContaining('_24.') } });
    expect((await world.stores.users.get(user.id))?.seq).toBe(before);
    expect((await ask(world.url, '/v1/photo', { headers: bearer(user.token) })).body.lock).toEqual({ reason });

    const byAdmin = await ask(world.url, `/v1/users/${user.id}/photo`, {
      method: 'DELETE',
      headers: bearer(admin.token),
    });
    expect([byAdmin.status, byAdmin.body.photo]).toEqual([200, null]);
    await patch(user.id, { photo_lock: null });
    expect((await setPhoto(world.url, user.token, await picture())).body.ok).toBe(true);
  });
});

test('everybody still reads a photo where administrators change it, and the CDN keeps it whoever asks', async () => {
  const user = await target();
  const path = `/v1/users/${user.id}/photo?size=48`;
  const [byNobody, byAdmin] = [
    await ask(world.url, path),
    await ask(world.url, path, { headers: bearer(admin.token) }),
  ];
  expect([byNobody.status, byAdmin.status]).toEqual([302, 302]);
  expect(byAdmin.headers.get('location')).toBe(byNobody.headers.get('location'));
  expect(byAdmin.headers.get('x-cache')).toMatch(/^Hit/);
});
