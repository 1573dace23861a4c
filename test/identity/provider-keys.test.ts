import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { IdentityProvider } from '../../lambdas/core/identity.ts';
import { tokenVerifier } from '../../lambdas/identity/verify-token.ts';
import { AUDIENCE, NOW_SECONDS, type OwnProvider, ownProvider } from './own-provider.ts';

let own: OwnProvider;
let clockMs: number;
let verify: ReturnType<typeof tokenVerifier>;
const verifierOf = (more: Partial<IdentityProvider> = {}) =>
  tokenVerifier(
    { issuer: own.issuer, audiences: [AUDIENCE], origins: [], nameClaim: 'name', emailClaim: 'email', ...more },
    { nowMs: () => clockMs },
  );
beforeEach(async () => {
  own = await ownProvider();
  await own.addKey('first', 'ES256');
  clockMs = NOW_SECONDS * 1_000;
  verify = verifierOf();
});
afterEach(() => own.end());

const MINUTE_MS = 60_000;
const FOREVER = { exp: NOW_SECONDS + 86_400 };
const signed = (kid: string, header: Record<string, unknown> = {}) => own.sign(own.claims(FOREVER), kid, header);
const said = async (token: Promise<string> | string) => {
  const verified = await verify(await token);
  if (verified.ok) return 'taken';
  return verified.refusal.code === 'invalid-token' ? verified.refusal.check : verified.refusal;
};
const AWAY = { code: 'provider-away', retryAfterSeconds: 5 };

describe('what is read of the provider', () => {
  test('nothing before the first token, then two documents, whoever comes at once', async () => {
    expect(own.asked).toEqual([]);
    const token = await signed('first');
    expect(await Promise.all(Array.from({ length: 50 }, () => said(token)))).toEqual(Array(50).fill('taken'));
    expect(own.asked).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  test('again after five minutes', async () => {
    await said(signed('first'));
    clockMs += 5 * MINUTE_MS - 1;
    await said(signed('first'));
    expect(own.asked.length).toBe(2);
    clockMs += 1;
    expect(await said(signed('first'))).toBe('taken');
    expect(own.asked.length).toBe(4);
  });
});

describe('rotation', () => {
  test('a new key is known with its first token, one that is gone is not', async () => {
    expect(await said(signed('first'))).toBe('taken');
    const old = await signed('first');
    await own.addKey('second', 'ES256');
    own.removeKey('first');
    expect(await said(signed('second'))).toBe('taken');
    expect(await said(old)).toBe('kid');
  });

  test('a key that is gone is taken for five minutes at the most, when nobody shows another', async () => {
    const old = await signed('first');
    expect(await said(old)).toBe('taken');
    await own.addKey('second', 'ES256');
    own.removeKey('first');
    clockMs += 5 * MINUTE_MS;
    expect(await said(old)).toBe('kid');
  });

  test('under load: no valid token is refused, also where a reading was under way that missed its key', async () => {
    own.said.delayMs = 5;
    for (let round = 0; round < 20; round++) {
      // A minute for each, so that new keys may be read again.
      clockMs += MINUTE_MS;
      const kid = `key-${round}`;
      const before = await signed(round === 0 ? 'first' : `key-${round - 1}`);
      const early = [said(before), said(signed(round === 0 ? 'first' : `key-${round - 1}`))];
      await own.addKey(kid, 'ES256');
      const late = Array.from({ length: 10 }, () => said(signed(kid)));
      expect(await Promise.all([...early, ...late])).toEqual(Array(12).fill('taken'));
      own.removeKey(round === 0 ? 'first' : `key-${round - 1}`);
    }
  });

  test('30 unknown keys cost three readings, one after the other, and one if they come at once', async () => {
    await said(signed('first'));
    const unknown = await Promise.all(Array.from({ length: 30 }, (_, n) => signed('first', { kid: `unknown-${n}` })));
    expect(await Promise.all(unknown.map(said))).toEqual(Array(30).fill('kid'));
    expect(own.asked.length).toBe(2 + 2);
    for (const token of unknown) expect(await said(token)).toBe('kid');
    expect(own.asked.length).toBe(2 + 3 * 2);
    // Callers whose key is known do not notice.
    expect(await said(signed('first'))).toBe('taken');
    clockMs += 10_000;
    for (const token of unknown) await said(token);
    expect(own.asked.length).toBe(2 + 4 * 2);
  });
});

describe('a provider that is away', () => {
  test('is no reason to refuse anybody for good, and is left alone for five seconds', async () => {
    own.said.status = 500;
    for (let call = 0; call < 5; call++) expect(await said(signed('first'))).toEqual(AWAY);
    expect(own.asked.length).toBe(1);
    clockMs += 5_000;
    own.said.status = 200;
    expect(await said(signed('first'))).toBe('taken');
  });

  test('what was verified goes on for the quarter of an hour that its keys are kept', async () => {
    expect(await said(signed('first'))).toBe('taken');
    own.said.status = 503;
    clockMs += 15 * MINUTE_MS - 1;
    expect(await said(signed('first'))).toBe('taken');
    expect(await said(signed('first', { kid: 'unknown' }))).toEqual(AWAY);
    clockMs += 1;
    expect(await said(signed('first'))).toEqual(AWAY);
  });

  test.each<[string, () => void]>([
    ['speaks for another issuer', () => Object.assign(own.said, { discovery: { issuer: 'https://evil.example' } })],
    ['names no keys', () => Object.assign(own.said, { discovery: { jwks_uri: undefined } })],
    ['leads to another host', () => Object.assign(own.said, { discovery: { jwks_uri: 'http://localhost:1/jwks' } })],
    [
      'leads to the machine’s own data',
      () => Object.assign(own.said, { discovery: { jwks_uri: 'http://169.254.169.254/latest/meta-data' } }),
    ],
    ['leads to a file', () => Object.assign(own.said, { discovery: { jwks_uri: 'file:///etc/passwd' } })],
    [
      'leads to itself with a password',
      () => Object.assign(own.said, { discovery: { jwks_uri: `${own.issuer.replace('//', '//u:p@')}/jwks` } }),
    ],
    ['sends us elsewhere', () => Object.assign(own.said, { status: 302 })],
    ['says nothing that can be read', () => Object.assign(own.said, { jwks: '<html>' })],
    ['has a key set that is none', () => Object.assign(own.said, { jwks: { keys: 'none' } })],
    ['never ends', () => Object.assign(own.said, { jwks: { keys: [], more: 'x'.repeat(300_000) } })],
  ])('so is one that %s', async (_what, change) => {
    const token = await signed('first');
    change();
    expect(await said(token)).toEqual(AWAY);
  });

  test('so is one that does not answer, after three seconds', async () => {
    own.said.delayMs = 3_500;
    const before = Date.now();
    expect(await said(signed('first'))).toEqual(AWAY);
    expect(Date.now() - before).toBeLessThan(3_400);
  });

  test('an origin that the deployment names may have the keys', async () => {
    const other = await ownProvider();
    Object.assign(other.said, { jwks: { keys: [own.jwkOf('first')] } });
    Object.assign(own.said, { discovery: { jwks_uri: `${other.issuer}/jwks` } });
    expect(await said(signed('first'))).toEqual(AWAY);
    verify = verifierOf({ origins: [other.issuer] });
    expect(await said(signed('first'))).toBe('taken');
    await other.end();
  });

  test('plain http is for this machine only', async () => {
    verify = verifierOf({ issuer: 'http://idp.example.com' });
    const token = await own.sign(own.claims({ ...FOREVER, iss: 'http://idp.example.com' }), 'first');
    expect(await said(token)).toEqual(AWAY);
  });
});
