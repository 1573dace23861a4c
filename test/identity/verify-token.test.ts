import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type IdentityProvider, TOKEN_CHECKS } from '../../lambdas/core/identity.ts';
import { tokenVerifier } from '../../lambdas/identity/verify-token.ts';
import { BAD_TOKENS } from './bad-tokens.ts';
import { AUDIENCE, addKeysOfTable, NOW_SECONDS, type OwnProvider, ownProvider } from './own-provider.ts';

let own: OwnProvider;
let provider: IdentityProvider;
let verify: ReturnType<typeof tokenVerifier>;
beforeAll(async () => {
  own = await ownProvider();
  await addKeysOfTable(own);
  provider = { issuer: own.issuer, audiences: [AUDIENCE], origins: [], nameClaim: 'name', emailClaim: 'email' };
  verify = tokenVerifier(provider, { nowMs: () => NOW_SECONDS * 1_000 });
});
afterAll(() => own?.end());

describe('a token that is taken', () => {
  test.each(['rsa', 'pss', 'ec', 'ed'])('is signed with the key %s', async (kid) => {
    expect(await verify(await own.sign(own.claims(), kid))).toEqual({
      ok: true,
      value: { issuer: own.issuer, subject: 'person-1', isAdmin: false },
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['59 seconds past its end', { exp: NOW_SECONDS - 59 }, {}],
    ['59 seconds before its beginning', { nbf: NOW_SECONDS + 59 }, {}],
    ['for us among others', { aud: ['other', AUDIENCE] }, {}],
    ['an access token by its type', {}, { typ: 'at+jwt' }],
    ['an access token by its whole type', {}, { typ: 'application/at+jwt' }],
    ['a JWT by its type', {}, { typ: 'JWT' }],
    [
      "Cognito's access token, which names its client",
      { aud: undefined, token_use: 'access', client_id: AUDIENCE },
      {},
    ],
    ['with the thumbprint of a certificate, as Entra ID sends it', {}, { x5t: 'abc' }],
  ])('is %s', async (_what, claims, header) => {
    expect(await verify(await own.sign(own.claims(claims), 'rsa', header))).toMatchObject({ ok: true });
  });
});

describe('a token that is not', () => {
  test.each(BAD_TOKENS)('%s: %s', async (_what, check, make) => {
    expect(await verify(await make(own))).toEqual({ ok: false, refusal: { code: 'invalid-token', check } });
  });

  test('there are more than 30, for every check', () => {
    expect(BAD_TOKENS.length).toBeGreaterThan(30);
    expect(new Set(BAD_TOKENS.map(([, check]) => check))).toEqual(new Set(Object.keys(TOKEN_CHECKS)));
  });

  test('has nothing asked of anybody but the provider', () => {
    expect(new Set(own.asked)).toEqual(new Set(['/.well-known/openid-configuration', '/jwks']));
  });
});

/** RFC 6750, section 3: %x20-21 / %x23-5B / %x5D-7E. */
test('what is told of a check may stand in a header', () => {
  for (const told of Object.values(TOKEN_CHECKS)) expect(told).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
});

describe('who it is', () => {
  const identity = async (claims: Record<string, unknown>, more: Partial<IdentityProvider> = {}) => {
    const verified = await tokenVerifier(
      { ...provider, ...more },
      { nowMs: () => NOW_SECONDS * 1_000 },
    )(await own.sign(own.claims(claims), 'rsa'));
    return verified.ok ? verified.value : verified.refusal;
  };

  test.each<[string, unknown, string | undefined]>([
    ['verified', true, 'ada@example.com'],
    ['verified, as text', 'true', 'ada@example.com'],
    ['not verified', false, undefined],
    ['not verified, as text', 'false', undefined],
    ['verified by a number', 1, undefined],
    ['not told', undefined, undefined],
  ])('an e-mail address that is %s', async (_what, email_verified, email) => {
    expect(Object(await identity({ email: 'ada@example.com', email_verified })).email).toBe(email);
  });

  test('claims of other names, with dots in them or leading into another', async () => {
    const names = { nameClaim: 'https://example.com/name', emailClaim: 'profile.mail' };
    const claims = { 'https://example.com/name': 'Ada L', profile: { mail: 'ada@example.com', mail_verified: true } };
    expect(await identity(claims, names)).toMatchObject({ name: 'Ada L', email: 'ada@example.com' });
  });

  test.each<[string, unknown, boolean]>([
    ['in a list', { realm_access: { roles: ['user', 'photo-admin'] } }, true],
    ['alone', { realm_access: { roles: 'photo-admin' } }, true],
    ['as part of a word', { realm_access: { roles: 'photo-admins, photo-admin-not' } }, false],
    ['in another claim', { roles: ['photo-admin'] }, false],
    ['in what every object has', {}, false],
  ])('an administrator by a claim %s', async (_what, claims, isAdmin) => {
    const adminClaim = { name: 'realm_access.roles', value: 'photo-admin' };
    expect(await identity(Object(claims), { adminClaim })).toMatchObject({ isAdmin });
  });

  test('nobody is an administrator by a claim that is not there', async () => {
    for (const name of ['constructor', 'toString.name', '__proto__'])
      expect(await identity({}, { adminClaim: { name, value: 'undefined' } })).toMatchObject({ isAdmin: false });
  });
});
