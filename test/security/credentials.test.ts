import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digest } from '../../lambdas/core/credential.ts';
import { hmacSha1, type Parameter, percentEncode, signatureBase } from '../../lambdas/edge/oauth.ts';
import { BLUE, png, RED, solid } from '../pictures.ts';
import { ask, bearer, form, setPhoto } from '../requests.ts';
import { authorization, signedParameters } from '../signed.ts';
import { sharedWorld, type World } from '../world.ts';

/** Credentials that are guessed, stripped, doubled, or somebody else's. docs/security.md lists what is tried. */
let world: World;
let ada: Awaited<ReturnType<World['newUser']>>;
let eve: Awaited<ReturnType<World['newUser']>>;
beforeAll(async () => {
  world = await sharedWorld();
  [ada, eve] = [await world.newUser(), await world.newUser()];
}, 60_000);
afterAll(() => world?.end(), 30_000);

const VERIFY = '/1.1/account/verify_credentials.json';
const UPDATE = '/1.1/account/update_profile_image.json';
const codeOf = ({ body }: { body: Record<string, unknown> }) =>
  Array.isArray(body.errors) ? Object(body.errors[0]).code : (body.error ?? body.code);
const shownOf = async (user: typeof ada) => (await world.stores.users.get(user.id))?.shown;
const signedBy = (keys: typeof ada.twitter, verb: string, path: string) => ({
  authorization: authorization({ keys, verb, url: world.url + path }),
});

describe('a credential of one API at another', () => {
  test.each<[name: string, token: () => string]>([
    ["a Twitter access token at Slack's API", () => ada.twitter.accessToken],
    ['a Twitter access token secret', () => ada.twitter.accessTokenSecret],
    ['a consumer key', () => ada.twitter.consumerKey],
    ['a consumer secret', () => ada.twitter.consumerSecret],
    ["the digest that is stored of one's own token", () => digest(ada.token)],
  ])('%s is nobody', async (_name, token) => {
    expect(codeOf(await ask(world.url, '/api/auth.test', { headers: bearer(token()) }))).toBe('invalid_auth');
    expect((await ask(world.url, '/v1/photo', { headers: bearer(token()) })).status).toBe(401);
  });

  test("a Slack token at Twitter's API is nobody, as a bearer and as an OAuth token", async () => {
    expect((await ask(world.url, VERIFY, { headers: bearer(ada.token) })).status).toBe(403);
    const asToken = { ...ada.twitter, accessToken: ada.token };
    const asKey = { ...ada.twitter, consumerKey: ada.twitter.accessToken };
    for (const [keys, code] of [
      [asToken, 89],
      [asKey, 416],
    ] as const) {
      const answer = await ask(world.url, VERIFY, { headers: signedBy(keys, 'GET', VERIFY) });
      expect([answer.status, codeOf(answer)]).toEqual([401, code]);
    }
  });

  test('a read-only Twitter token changes no photo, by whatever path', async () => {
    const reader = await world.newUser();
    await setPhoto(world.url, reader.token, await png({ picture: solid(512, 512, RED) }));
    await world.stores.credentials.setScopes(digest(reader.twitter.accessToken), ['read']);
    const before = await shownOf(reader);
    for (const [verb, path, status] of [
      ['POST', UPDATE, 401],
      ['DELETE', '/v1/photo', 403],
      ['POST', '/v1/photo/undo', 403],
    ] as const) {
      const answer = await ask(world.url, path, { method: verb, headers: signedBy(reader.twitter, verb, path) });
      expect([path, answer.status]).toEqual([path, status]);
    }
    expect(await shownOf(reader)).toBe(before);
  });
});

describe('a guessed token', () => {
  test.each<[name: string, guess: (token: string) => string]>([
    ['the last character changed', (token) => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')],
    ['the first half right', (token) => token.slice(0, token.length / 2).padEnd(token.length, '0')],
    ['in capitals', (token) => token.toUpperCase()],
    ['nothing behind the user', (token) => token.slice(0, token.lastIndexOf('-') + 1)],
    ['with a null byte behind it', (token) => `${token}%00`],
    ['very long', (token) => token.padEnd(4_000, '0')],
  ])('%s: answered as any other', async (_name, guess) => {
    const wrong = await ask(world.url, '/api/auth.test', { headers: bearer(guess(ada.token)) });
    const unknown = await ask(world.url, '/api/auth.test', { headers: bearer('xoxp-0-0') });
    expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
  });
});

describe('signatures', () => {
  const signed = () => signedParameters({ keys: ada.twitter, verb: 'GET', url: world.url + VERIFY });
  const header = (parameters: Parameter[]) =>
    `OAuth ${parameters.map(([name, value]) => `${name}="${percentEncode(value)}"`).join(', ')}`;
  const statusOf = async (authorized: string, query = '') =>
    (await ask(world.url, VERIFY + query, { headers: { authorization: authorized } })).status;
  const without = (name: string) => (all: Parameter[]) => all.filter(([one]) => one !== name);
  const withValues =
    (values: Record<string, string>) =>
    (all: Parameter[]): Parameter[] =>
      all.map(([name, value]) => [name, values[name] ?? value]);

  test.each<[name: string, strip: (all: Parameter[]) => Parameter[]]>([
    ['no signature', without('oauth_signature')],
    ['an empty one', withValues({ oauth_signature: '' })],
    ['no method', without('oauth_signature_method')],
    ['the method none', withValues({ oauth_signature_method: 'none' })],
    ['PLAINTEXT with no secrets', withValues({ oauth_signature_method: 'PLAINTEXT', oauth_signature: '&' })],
    ['no token', without('oauth_token')],
    ['no nonce', without('oauth_nonce')],
  ])('stripped: %s', async (_name, strip) => {
    expect(await statusOf(header(strip(signed())))).toBe(400);
  });

  test('made with empty secrets', async () => {
    const keys = { ...ada.twitter, consumerSecret: '', accessTokenSecret: '' };
    expect(await statusOf(signedBy(keys, 'GET', VERIFY).authorization)).toBe(401);
  });

  test('pollution: no protocol parameter may come twice, whoever signed it', async () => {
    const named = [
      ...without('oauth_signature')(signedParameters({ keys: eve.twitter, verb: 'GET', url: world.url + VERIFY })),
      ['oauth_token', ada.twitter.accessToken],
    ] satisfies Parameter[];
    // Eve signs with her own keys, and names Ada too: before herself, and after.
    for (const all of [named, named.toReversed()]) {
      const base = signatureBase({ verb: 'GET', url: world.url + VERIFY, query: [], form: [], oauth: all });
      const signature = hmacSha1(base, eve.twitter.consumerSecret, eve.twitter.accessTokenSecret);
      expect(await statusOf(header([...all, ['oauth_signature', signature]]))).toBe(400);
    }
    expect(await statusOf(header(signed()), `?oauth_token=${ada.twitter.accessToken}`)).toBe(400);
    expect(await statusOf(header(signed()))).toBe(200);
  });
});

describe('another user', () => {
  test("an upload's status is its owner's, by either API", async () => {
    const sent = await setPhoto(world.url, ada.token, await png({ picture: solid(512, 512, RED) }));
    const path = `/v1/uploads/${sent.headers.get('x-upload-id')}`;
    const never = '/v1/uploads/00000000-0000-4000-8000-000000000000';
    const none = await ask(world.url, never, { headers: bearer(eve.token) });
    for (const headers of [bearer(eve.token), signedBy(eve.twitter, 'GET', path)]) {
      const seen = await ask(world.url, path, { headers });
      // The same answer as for one that never existed.
      expect([seen.status, codeOf(seen)]).toEqual([404, codeOf(none)]);
    }
    expect((await ask(world.url, path, { headers: bearer(ada.token) })).status).toBe(200);
  });

  test('naming somebody else changes nobody but oneself', async () => {
    const before = await shownOf(ada);
    const body = form(await png({ picture: solid(512, 512, BLUE) }));
    for (const [name, value] of Object.entries({ user: ada.slackId, user_id: ada.id, screen_name: ada.screenName })) {
      body.append(name, value);
    }
    const as = { method: 'POST', headers: bearer(eve.token) };
    expect((await ask(world.url, `/api/users.setPhoto?user=${ada.slackId}`, { ...as, body })).body.ok).toBe(true);
    expect((await ask(world.url, `/api/users.deletePhoto?user=${ada.slackId}`, as)).body.ok).toBe(true);
    expect([await shownOf(ada), await shownOf(eve)]).toEqual([before, 2]);
  });
});
