import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import type { TokenCheck } from '../../lambdas/core/identity.ts';
import { NOW_SECONDS, type OwnProvider, unsigned } from './own-provider.ts';

type BadToken = [what: string, check: TokenCheck, make: (provider: OwnProvider) => string | Promise<string>];

/** A token that is right but for its claims; undefined leaves one out. */
const claiming =
  (over: Record<string, unknown>, header: Record<string, unknown> = {}, kid = 'rsa') =>
  (provider: OwnProvider) =>
    provider.sign(provider.claims(over), kid, header);

/** A token that is right but for its header. */
const headed = (header: Record<string, unknown>, kid = 'rsa') => claiming({}, header, kid);

/** Signed by HMAC with a key that everybody knows. */
const byHmac = (secretOf: (jwk: JsonWebKey) => string | Buffer) => (provider: OwnProvider) => {
  const signed = unsigned({ alg: 'HS256', kid: 'rsa', typ: 'JWT' }, provider.claims()).slice(0, -1);
  return `${signed}.${createHmac('sha256', secretOf(provider.jwkOf('rsa') as JsonWebKey))
    .update(signed)
    .digest('base64url')}`;
};
const pemOf = (jwk: JsonWebKey) => createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });

const changed = (index: number, change: (text: string) => string) => async (provider: OwnProvider) => {
  const parts = (await provider.sign(provider.claims(), 'rsa')).split('.');
  return parts.map((part, at) => (at === index ? change(part) : part)).join('.');
};
const otherClaims = (part: string) =>
  Buffer.from(Buffer.from(part, 'base64url').toString().replace('person-1', 'person-2')).toString('base64url');

/**
 * Tokens that must be refused, each with the check that finds it. The provider has the keys `rsa`, `rsa-2`, `pss`,
 * `ec`, `ed`, `for-encryption`, `weak`.
 */
export const BAD_TOKENS: BadToken[] = [
  ['no algorithm', 'alg', (provider) => unsigned({ alg: 'none' }, provider.claims())],
  ['no algorithm, in capitals', 'alg', (provider) => unsigned({ alg: 'NONE', kid: 'rsa' }, provider.claims())],
  ['HMAC with the public key as PEM', 'alg', byHmac(pemOf)],
  ['HMAC with the public key as JSON', 'alg', byHmac((jwk) => JSON.stringify(jwk))],
  ['HMAC with nothing', 'alg', byHmac(() => '')],
  [
    'RS384, which is not on the list',
    'alg',
    (provider) => unsigned({ alg: 'RS384', kid: 'rsa' }, provider.claims(), 'AA'),
  ],
  ['EdDSA by its other name', 'alg', (provider) => unsigned({ alg: 'Ed25519', kid: 'ed' }, provider.claims(), 'AA')],
  ['no alg', 'form', (provider) => unsigned({ kid: 'rsa' }, provider.claims(), 'AA')],
  [
    'the algorithm of another key',
    'kid',
    (provider) => unsigned({ alg: 'ES256', kid: 'rsa' }, provider.claims(), 'AA'),
  ],
  [
    'an algorithm that the key is not for',
    'kid',
    (provider) => unsigned({ alg: 'PS256', kid: 'rsa' }, provider.claims(), 'AA'),
  ],
  ['a key that the provider does not have', 'kid', headed({ kid: 'nobodys' })],
  ['no kid, where the provider has two keys that may be meant', 'kid', headed({ kid: undefined })],
  ['a key that is for encryption', 'kid', headed({ kid: 'for-encryption' })],
  ['a key of 1024 bits', 'kid', (provider) => unsigned({ alg: 'RS256', kid: 'weak' }, provider.claims(), 'AA')],
  ["another key of the provider's", 'signature', headed({ kid: 'rsa-2' })],
  ['claims that were changed', 'signature', changed(1, otherClaims)],
  ['a signature that was cut', 'signature', changed(2, (part) => part.slice(0, 40))],
  ['no signature', 'signature', changed(2, () => '')],
  ['an address of keys (jku)', 'jwk', headed({ jku: 'https://evil.example/keys' })],
  ['an address of certificates (x5u)', 'jwk', headed({ x5u: 'https://evil.example/cert' })],
  ['a key of its own (jwk)', 'jwk', (provider) => headed({ jwk: provider.jwkOf('rsa') })(provider)],
  ['a certificate of its own (x5c)', 'jwk', headed({ x5c: ['MIIB'] })],
  ['an extension', 'crit', headed({ crit: ['exp-strictly'], 'exp-strictly': true })],
  ['two parts', 'form', () => 'eyJhbGciOiJSUzI1NiJ9.e30'],
  ['five parts: encrypted', 'form', () => 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.a.b.c.d'],
  ['a header that is no JSON', 'form', changed(0, () => 'bm90IGpzb24')],
  ['claims that are no JSON', 'form', (provider) => provider.sign('not json', 'rsa')],
  ['claims that are a list', 'form', (provider) => provider.sign([provider.claims()], 'rsa')],
  ['more than 8192 characters', 'form', claiming({ groups: 'g'.repeat(8_192) })],
  ['a logout token', 'typ', headed({ typ: 'logout+jwt' })],
  ['a proof of possession', 'typ', headed({ typ: 'dpop+jwt' })],
  ['a typ that is no text', 'typ', headed({ typ: 1 })],
  ['another issuer', 'iss', claiming({ iss: 'https://evil.example' })],
  ['the issuer with a slash', 'iss', (provider) => claiming({ iss: `${provider.issuer}/` })(provider)],
  ['no issuer', 'iss', claiming({ iss: undefined })],
  ['two issuers', 'iss', (provider) => claiming({ iss: [provider.issuer] })(provider)],
  ['61 seconds past its end', 'exp', claiming({ exp: NOW_SECONDS - 61 })],
  ['no end', 'exp', claiming({ exp: undefined })],
  ['an end that is text', 'exp', claiming({ exp: String(NOW_SECONDS + 300) })],
  ['61 seconds before its beginning', 'nbf', claiming({ nbf: NOW_SECONDS + 61 })],
  ['a beginning that is text', 'nbf', claiming({ nbf: 'now' })],
  ['a time of issue that is text', 'iat', claiming({ iat: 'now' })],
  ['another API', 'aud', claiming({ aud: 'https://other.example.com' })],
  ['another API that begins alike', 'aud', claiming({ aud: 'https://photos.example.com/v1/more' })],
  ['the ID token of another client', 'aud', claiming({ aud: 'other-client', azp: 'other-client', nonce: 'n' })],
  ['a list of others', 'aud', claiming({ aud: ['other-client', 'https://other.example.com'] })],
  ['no audience', 'aud', claiming({ aud: undefined })],
  ['no audience, but a client', 'aud', claiming({ aud: undefined, client_id: 'https://photos.example.com/v1' })],
  [
    "Cognito's access token of another client",
    'client_id',
    claiming({ aud: undefined, token_use: 'access', client_id: 'other' }),
  ],
  [
    "Cognito's token that is no access token",
    'token_use',
    claiming({ aud: undefined, token_use: 'id', client_id: 'https://photos.example.com/v1' }),
  ],
  ['no subject', 'sub', claiming({ sub: undefined })],
  ['an empty subject', 'sub', claiming({ sub: '' })],
  ['a subject that is a number', 'sub', claiming({ sub: 1 })],
  ['a subject of 256 characters', 'sub', claiming({ sub: 's'.repeat(256) })],
  ['a subject with a line break', 'sub', claiming({ sub: 'a\nb' })],
  ['bound to a key', 'cnf', claiming({ cnf: { jkt: 'thumbprint' } })],
];
