import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { MAX_WEBHOOKS } from '../../lambdas/core/webhook.ts';
import { V1_SCHEMAS, type V1Operation } from '../../lambdas/edge/v1/operation.ts';
import { V1_OPERATIONS } from '../../lambdas/edge/v1/operations.ts';
import { dynamoClient } from '../../lambdas/store/aws-clients.ts';
import { deliveryStore } from '../../lambdas/store/webhook-deliveries.ts';
import { type OwnProvider, ownProvider } from '../identity/own-provider.ts';
import { OWN_SETTINGS, worldWith } from '../identity/with-provider.ts';
import { ask, bearer } from '../requests.ts';
import { authorization } from '../signed.ts';
import { type Receiver, receiver } from '../webhooks/receiver.ts';
import { verified } from '../webhooks/webhook-stores.ts';
import { eventually, type World } from '../world.ts';

/** What administrators may do with webhooks over HTTP, and that nobody else may. */
jest.setTimeout(60_000);
let own: OwnProvider;
let world: World;
let app: Receiver;
let admin: string;
let adminId: string;
let member: string;
let added = 0;

beforeAll(async () => {
  own = await ownProvider();
  await own.addKey('key', 'ES256');
  const settings = { ...OWN_SETTINGS, webhooks: 'true', accountConcurrency: '12' };
  world = await worldWith(own, settings, { concurrency: 12 });
  app = await receiver();
  admin = await person('grace', { groups: ['photo-admins'] });
  member = await person('mallory', { groups: ['staff'] });
  const { body } = await ask(world.url, '/v1/users?subject=grace', { headers: bearer(admin) });
  adminId = String(Object(body.users)[0].user_id);
}, 120_000);
afterAll(async () => {
  await app?.close();
  await world?.end();
  await own?.end();
}, 30_000);

async function person(sub: string, more: Record<string, unknown>): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const token = await own.sign(own.claims({ sub, iat: exp - 600, exp, name: sub, ...more }), 'key');
  await ask(world.url, '/v1/photo', { headers: bearer(token) });
  return token;
}

type Answer = Awaited<ReturnType<typeof ask>>;

/** Asks as an administrator; a body is sent as JSON. */
const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(world.url, path, {
    method,
    headers: { ...bearer(admin), ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** A URL of the receiver that no webhook has yet. */
const newUrl = () => `${app.url}hooks/${++added}`;
const add = async (url = newUrl()) => (await call('POST', '/v1/webhooks', { url })).body as Record<string, string>;
const urls = async (): Promise<string[]> => {
  const { body } = await call('GET', '/v1/webhooks');
  return V1_SCHEMAS.WebhookList.parse(body).webhooks.map(({ url }) => url);
};

const logText = () => {
  const folder = join(world.laptop.dataDir, 'logs');
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
};
const deeds = (webhookId: string): Record<string, unknown>[] =>
  logText()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [Object(JSON.parse(line))] : []))
    .filter(({ message, webhook_id }) => message === 'administered' && webhook_id === webhookId);

const OPERATIONS = V1_OPERATIONS.filter(({ path }) => path.startsWith('/v1/webhooks'));
const BODIES: Record<string, () => unknown> = {
  addWebhook: () => ({ url: newUrl() }),
  changeWebhook: () => ({ enabled: false }),
};

/** Performs an operation on a webhook. */
async function perform({ path, verb, id }: V1Operation, webhookId: string, testId: string, headers: object) {
  const body = BODIES[id]?.();
  return ask(world.url, path.replace('{id}', webhookId).replace('{test_id}', testId), {
    method: verb.toUpperCase(),
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

test('there are these operations', () => {
  expect(OPERATIONS.map(({ verb, path }) => `${verb} ${path}`)).toEqual([
    'get /v1/webhooks',
    'post /v1/webhooks',
    'get /v1/webhooks/{id}',
    'patch /v1/webhooks/{id}',
    'delete /v1/webhooks/{id}',
    'post /v1/webhooks/{id}/rotate',
    'post /v1/webhooks/{id}/tests',
    'get /v1/webhooks/{id}/tests/{test_id}',
  ]);
});

describe.each(OPERATIONS)('$verb $path', (operation) => {
  test('is done by an administrator, as the document says, and leaves a line with both ids', async () => {
    const { id = '' } = await add();
    const { body: begun } = await call('POST', `/v1/webhooks/${id}/tests`);
    const answer = await perform(operation, id, String(begun.id), bearer(admin));
    expect(answer.status).toBe(operation.isCreated ? 201 : operation.isLater ? 202 : 200);
    expect(V1_SCHEMAS[operation.body ?? 'Problem'].parse(answer.body)).toEqual(answer.body);
    const about = operation.id === 'addWebhook' ? String(answer.body.id) : id;
    const line = { admin_id: adminId, verb: operation.verb.toUpperCase(), path: operation.path, status: answer.status };
    if (operation.id === 'listWebhooks') expect(logText()).toContain('"path":"/v1/webhooks"');
    else expect(deeds(about)).toContainEqual(expect.objectContaining(line));
  });

  test('is done by nobody else: another person of the provider, a token of ours, a signature, nobody', async () => {
    const { id = '', url = '' } = await add();
    const { body: begun } = await call('POST', `/v1/webhooks/${id}/tests`);
    const other = await world.newUser();
    const before = [await urls(), (await call('GET', `/v1/webhooks/${id}`)).body];
    const path = operation.path.replace('{id}', id).replace('{test_id}', String(begun.id));
    const signed = authorization({ keys: other.twitter, verb: operation.verb.toUpperCase(), url: world.url + path });
    for (const [who, headers] of Object.entries({
      member: bearer(member),
      'a token of ours': bearer(other.token),
      'a signature': { authorization: signed },
    })) {
      const answer = await perform(operation, id, String(begun.id), headers);
      expect([who, answer.status, answer.body.code]).toEqual([who, 403, 'not-administrator']);
      expect(JSON.stringify(answer.body)).not.toContain(url);
    }
    expect((await perform(operation, id, String(begun.id), {})).status).toBe(401);
    expect([await urls(), (await call('GET', `/v1/webhooks/${id}`)).body]).toEqual(before);
  });

  // Makes room for the next tests.
  afterAll(async () => {
    const { webhooks } = V1_SCHEMAS.WebhookList.parse((await call('GET', '/v1/webhooks')).body);
    for (const { id } of webhooks) await call('DELETE', `/v1/webhooks/${id}`);
  });
});

describe('a webhook', () => {
  test('is signed by the secret that was told once; rotated, by both; the command line sees the same', async () => {
    const url = newUrl();
    const answer = await call('POST', '/v1/webhooks', { url, events: ['photo.deleted', 'photo.deleted'] });
    const { id, secret, events } = V1_SCHEMAS.WebhookWithSecret.parse(answer.body);
    expect(events).toEqual(['photo.deleted']);
    expect(answer.headers.get('location')).toBe(`${world.url}/v1/webhooks/${id}`);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(JSON.stringify((await call('GET', `/v1/webhooks/${id}`)).body)).not.toContain('whsec_');
    const rotated = (await call('POST', `/v1/webhooks/${id}/rotate`)).body;
    expect(rotated.secret).not.toBe(secret);

    const begun = await call('POST', `/v1/webhooks/${id}/tests`);
    expect([begun.status, begun.body.state, begun.headers.get('location')]).toEqual([
      202,
      'waiting',
      begun.body.status_url,
    ]);
    const path = new URL(String(begun.body.status_url)).pathname;
    const ended = await eventually(
      async () => (await call('GET', path)).body,
      ({ state }) => state === 'ended',
    );
    expect(ended).toMatchObject({ webhook_id: id, taken: true, outcome: '204', took_ms: expect.any(Number) });
    const message = app.received.find((one) => url.endsWith(one.path));
    for (const one of [secret, String(rotated.secret)]) {
      expect(message && verified(one, message)).toMatchObject({ type: 'webhook.test', data: { webhook_id: id } });
    }
    expect((await call('DELETE', `/v1/webhooks/${id}`)).body).toEqual({ id, removed: true, removed_messages: 0 });
    expect((await call('GET', path)).body.webhook_id).toBe(id);
  });

  test('a test that is not taken says so', async () => {
    const { id } = await add();
    app.answerWith((response) => response.writeHead(418).end());
    const begun = (await call('POST', `/v1/webhooks/${id}/tests`)).body;
    const ended = await eventually(
      async () => (await call('GET', new URL(String(begun.status_url)).pathname)).body,
      ({ state }) => state === 'ended',
    );
    expect(ended).toMatchObject({ taken: false, outcome: '418' });
    app.answerWith((response) => response.writeHead(204).end());
    // It is no test of another webhook.
    const other = await add();
    expect((await call('GET', `/v1/webhooks/${other.id}/tests/${begun.id}`)).body.code).toBe('unknown-test');
  });

  test('disabled it is told nothing, and enabled again it is', async () => {
    const url = newUrl();
    const { id } = await add(url);
    const came = () => app.received.filter((one) => url.endsWith(one.path)).length;
    expect((await call('PATCH', `/v1/webhooks/${id}`, { enabled: false })).body).toMatchObject({
      state: 'disabled',
      disabled_because: 'by-hand',
    });
    const other = newUrl();
    await add(other);
    const publish = (number: number) => world.stores.events.publish({ type: 'photo.deleted', userId: '42', number });
    await publish(1);
    await eventually(
      async () => app.received.filter((one) => other.endsWith(one.path)).length,
      (count) => count === 1,
    );
    expect(came()).toBe(0);
    expect((await call('PATCH', `/v1/webhooks/${id}`, { enabled: true })).body).toMatchObject({
      state: 'enabled',
      disabled_because: null,
    });
    await publish(2);
    await eventually(
      async () => came(),
      (count) => count === 1,
    );
    expect(came()).toBe(1);
  });

  test('removed it is gone, with what waits for it; HEAD and OPTIONS answer as everywhere', async () => {
    const { id = '' } = await add();
    const deliveries = deliveryStore(dynamoClient(), world.laptop.running.outputs.TableWebhooks ?? '');
    const later = Date.now() + 3_600_000;
    for (const messageId of ['msg_1', 'msg_2']) {
      const message = { messageId, type: 'photo.deleted', body: '{}', tries: 1, firstMs: Date.now(), dueMs: later };
      await deliveries.keep({ webhookId: id, ...message });
    }
    expect((await call('GET', `/v1/webhooks/${id}`)).body.waiting).toBe(2);
    expect((await call('HEAD', `/v1/webhooks/${id}`)).status).toBe(200);
    const options = await ask(world.url, `/v1/webhooks/${id}`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, PATCH, DELETE, OPTIONS']);
    expect((await call('DELETE', `/v1/webhooks/${id}`)).body.removed_messages).toBe(2);
    expect((await call('DELETE', `/v1/webhooks/${id}`)).body.code).toBe('unknown-webhook');
    expect(await deliveries.waiting(id)).toBe(0);
  });
});

describe('refused, and nothing is added', () => {
  const LONG = `https://app.example.com/${'a'.repeat(2_000)}`;
  test.each<[string, unknown, number, string, string | null]>([
    ['no body', undefined, 415, 'content-type-missing', null],
    ['an empty body', '', 400, 'bad-argument', null],
    ['no JSON', '{', 400, 'bad-argument', null],
    ['a list', [], 400, 'bad-argument', null],
    ['no address', {}, 400, 'bad-argument', null],
    ['an address that is a number', { url: 7 }, 400, 'bad-argument', null],
    ['what is not known', { url: 'https://app.example.com/', secret: 'x' }, 400, 'bad-argument', null],
    [
      'an event that there is not',
      { url: 'https://app.example.com/', events: ['photo.lost'] },
      400,
      'bad-argument',
      null,
    ],
    ['no events', { url: 'https://app.example.com/', events: [] }, 400, 'bad-argument', null],
    ['words', { url: 'hooks' }, 400, 'bad-url', 'no-url'],
    ['plain HTTP', { url: 'http://app.example.com/' }, 400, 'bad-url', 'not-https'],
    ['another scheme', { url: 'file:///etc/passwd' }, 400, 'bad-url', 'no-url'],
    ['a metadata address', { url: 'https://169.254.169.254/latest/meta-data' }, 400, 'bad-url', 'not-public'],
    ['a private network', { url: 'https://10.0.0.1/' }, 400, 'bad-url', 'not-public'],
    ['the same as one number', { url: 'https://167772161/' }, 400, 'bad-url', 'not-public'],
    ['an IPv4 address in IPv6', { url: 'https://[::ffff:10.0.0.1]/' }, 400, 'bad-url', 'not-public'],
    ['another port', { url: 'https://app.example.com:8443/' }, 400, 'bad-url', 'bad-port'],
    ['a password', { url: 'https://ada:secret@app.example.com/' }, 400, 'bad-url', 'has-credentials'],
    ['a fragment', { url: 'https://app.example.com/#a' }, 400, 'bad-url', 'has-fragment'],
    ['too long', { url: LONG }, 400, 'bad-url', 'too-long'],
  ])('%s', async (_what, body, status, code, problem) => {
    const before = await urls();
    const answer = await call('POST', '/v1/webhooks', body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(V1_SCHEMAS.Problem.parse(answer.body)).toEqual(answer.body);
    if (problem !== null) expect(answer.body.found).toEqual({ problem });
    expect(await urls()).toEqual(before);
  });

  test('a form; an address that has one already; the twenty-first', async () => {
    const form = await call('POST', '/v1/webhooks', 'url=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.status, form.body.code]).toEqual([415, 'content-type-unknown']);
    const { id, url } = await add();
    const again = await call('POST', '/v1/webhooks', { url });
    expect([again.status, again.body.code, again.body.found]).toEqual([409, 'url-taken', { id }]);
    while ((await urls()).length < MAX_WEBHOOKS) await add();
    const last = await call('POST', '/v1/webhooks', { url: newUrl() });
    expect([last.status, last.body.code, last.body.allowed]).toEqual([409, 'too-many-webhooks', { max_webhooks: 20 }]);
  });

  test.each([
    ['GET', '/v1/webhooks/wh_00000000000000000000', 404, 'unknown-webhook'],
    ['DELETE', '/v1/webhooks/x', 404, 'unknown-webhook'],
    ['POST', '/v1/webhooks/x/rotate', 404, 'unknown-webhook'],
    ['POST', '/v1/webhooks/x/tests', 404, 'unknown-webhook'],
    ['GET', '/v1/webhooks/x/tests/y', 404, 'unknown-test'],
    ['POST', '/v1/webhooks/x', 405, 'wrong-verb'],
    ['GET', '/v1/webhooks/x/rotate', 405, 'wrong-verb'],
    ['PUT', '/v1/webhooks', 405, 'wrong-verb'],
    ['GET', '/v1/webhooks/x/secret', 404, 'unknown-method'],
    ['GET', '/v1/webhooks/x/rotate/y', 404, 'unknown-method'],
    ['GET', '/v1/webhooks/x/tests/y/z', 404, 'unknown-method'],
  ])('%s %s: %i %s', async (method, path, status, code) => {
    const answer = await call(method, path);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  test.each([{}, { enabled: 'no' }, { enabled: true, url: 'x' }])('a change that is none: %j', async (body) => {
    const answer = await call('PATCH', '/v1/webhooks/x', body);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad-argument']);
  });
});

test('no secret and no address of a webhook is in a log line', async () => {
  const text = logText();
  expect(text).toContain('administered');
  for (const hidden of ['whsec_', '/hooks/1"', app.url])
    expect([hidden, text.includes(hidden)]).toEqual([hidden, false]);
});
