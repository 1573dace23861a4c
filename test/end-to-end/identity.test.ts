import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { identityKey } from '../../lambdas/core/identity.ts';
import { BAD_TOKENS } from '../identity/bad-tokens.ts';
import { addKeysOfTable, type OwnProvider, ownProvider } from '../identity/own-provider.ts';
import { worldWith } from '../identity/with-provider.ts';
import { BLUE, png, solid } from '../pictures.ts';
import { ask, bearer } from '../requests.ts';
import type { World } from '../world.ts';

let own: OwnProvider;
let world: World;
const sent: string[] = [];
beforeAll(async () => {
  own = await ownProvider();
  await own.addKey('key', 'ES256');
  await addKeysOfTable(own);
  world = await worldWith(own);
}, 120_000);
afterAll(async () => {
  await world?.end();
  await own?.end();
}, 30_000);

const nowSeconds = () => Math.floor(Date.now() / 1_000);
async function tokenOf(sub: string, more: Record<string, unknown> = {}): Promise<string> {
  const token = await own.sign(own.claims({ sub, iat: nowSeconds(), exp: nowSeconds() + 300, ...more }), 'key');
  sent.push(token);
  return token;
}
const call = async (path: string, token: string, init: RequestInit = {}) =>
  ask(world.url, path, { ...init, headers: { ...bearer(token), ...init.headers } });
const userOf = async (subject: string) => {
  const id = await world.stores.users.claimant({ kind: 'oidc', value: identityKey({ issuer: own.issuer, subject }) });
  return id === undefined ? undefined : world.stores.users.get(id);
};

describe('somebody whom the provider knows', () => {
  test('is let in by their first token, which costs two readings of the provider, and none before it', async () => {
    expect((await ask(world.url, '/v1/photo')).status).toBe(401);
    expect((await ask(world.url, '/v1/health')).status).toBe(200);
    expect(own.asked).toEqual([]);
    const token = await tokenOf('ada', { name: 'Ada Lovelace', email: 'ada@example.com', email_verified: true });
    expect(await call('/v1/photo', token)).toMatchObject({ status: 200, body: { photo: null, history: [] } });
    expect(own.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
    expect(await userOf('ada')).toMatchObject({
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      screenName: 'ada_lovelace',
      state: 'active',
    });
  });

  test('sets a photo, sees it and what became of it, and takes it away', async () => {
    const token = await tokenOf('ada');
    const body = new Uint8Array(await png({ picture: solid(64, 64, BLUE) }));
    const set = await call('/v1/photo', token, {
      method: 'POST',
      body,
      headers: { 'content-type': 'image/png', prefer: 'wait=10' },
    });
    expect([set.status, set.body.state]).toEqual([200, 'published']);
    expect(await call(`/v1/uploads/${set.body.upload_id}`, token)).toMatchObject({ status: 200 });
    // A newcomer has no upload, and no user is made just to say so.
    expect((await call(`/v1/uploads/${set.body.upload_id}`, await tokenOf('eve'))).status).toBe(404);
    expect(await userOf('eve')).toBeUndefined();
    expect((await call('/v1/photo', token, { method: 'DELETE' })).body.photo).toBeNull();
  });

  test('50 first calls at once make one user', async () => {
    const token = await tokenOf('bob', { name: 'Bob' });
    const answers = await Promise.all(Array.from({ length: 50 }, () => call('/v1/photo', token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const all = await Array.fromAsync(world.stores.users.list());
    expect(all.filter(({ identity }) => identity?.endsWith('#bob')).length).toBe(1);
  });

  test('is nobody once deactivated, whatever token comes again', async () => {
    const token = await tokenOf('cy');
    expect((await call('/v1/photo', token)).status).toBe(200);
    await world.stores.users.setState((await userOf('cy'))?.id ?? '', 'deactivated');
    for (const again of [token, await tokenOf('cy')]) {
      expect(await call('/v1/photo', again)).toMatchObject({ status: 403, body: { code: 'inactive-user' } });
    }
  });

  test('is nobody once erased, also when nothing is left of them', async () => {
    const token = await tokenOf('dee', { name: 'Dee' });
    await call('/v1/photo', token);
    const dee = await userOf('dee');
    expect((await call(`/v1/user?confirm=${dee?.screenName}`, token, { method: 'DELETE' })).status).toBe(202);
    expect((await call('/v1/photo', token)).status).toBe(403);
    // What the second pass does after a minute.
    await world.stores.users.retireIdentity(dee?.identity ?? '');
    await world.stores.users.release({ kind: 'oidc', value: dee?.identity ?? '' }, dee?.id ?? '');
    expect(await call('/v1/photo', await tokenOf('dee'))).toMatchObject({ status: 403 });
    expect(await userOf('dee')).toBeUndefined();
  });

  test("is not at home at Slack's and Twitter's APIs", async () => {
    const token = await tokenOf('ada');
    expect((await call('/api/auth.test', token)).body.error).toBe('invalid_auth');
    expect((await call('/1.1/account/verify_credentials.json', token)).status).toBe(403);
  });
});

describe('who is not let in', () => {
  test('is told which check failed, in the header that API Gateway renames and in the body', async () => {
    const answer = await call('/v1/photo', await tokenOf('ada', { aud: 'another' }));
    const challenge = 'Bearer error="invalid_token", error_description="aud: aud names no audience of this deployment"';
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'invalid-token', found: { check: 'aud' }, authenticate: challenge },
    });
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe(challenge);
  });

  test('each bad token for its own reason, by either function, and no user comes of any', async () => {
    const before = (await Array.fromAsync(world.stores.users.list())).length;
    for (const [what, check, make] of BAD_TOKENS) {
      const token = await make(own);
      // Left out: tokens past their end, because the test's clock is years ahead of this one, and headers too long for
      // API Gateway.
      if (what.includes('past its end') || token.length > 8_000) continue;
      for (const path of ['/v1/photo', '/v1/uploads/00000000-0000-4000-8000-000000000000']) {
        const answer = await call(path, token);
        expect([what, answer.status, answer.body.found]).toEqual([what, 401, { check }]);
      }
    }
    expect((await Array.fromAsync(world.stores.users.list())).length).toBe(before);
  });

  test('a token of ours works beside it', async () => {
    const ours = await world.newUser();
    expect((await call('/v1/photo', ours.token)).status).toBe(200);
  });
});

test('a provider that is away is 503 for who was never verified, and no way in', async () => {
  const away = await ownProvider();
  await away.addKey('key', 'ES256');
  const other = await worldWith(away);
  try {
    const claims = away.claims({ iat: nowSeconds(), exp: nowSeconds() + 300 });
    const token = await away.sign(claims, 'key');
    away.said.status = 500;
    const answer = await ask(other.url, '/v1/photo', { headers: bearer(token) });
    expect(answer).toMatchObject({ status: 503, body: { code: 'provider-away' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await Array.fromAsync(other.stores.users.list())).length).toBe(0);
  } finally {
    await other.end();
    await away.end();
  }
}, 60_000);

test('no token is in a log line, nor what it is made of', () => {
  const folder = join(world.laptop.dataDir, 'logs');
  const logs = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  expect(logs.length).toBeGreaterThan(1_000);
  for (const part of sent.flatMap((token) => token.split('.').slice(1))) expect(logs).not.toContain(part);
  expect(logs).not.toContain('ada@example.com');
});
