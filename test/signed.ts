import { randomBytes } from 'node:crypto';
import type { TwitterKeys } from '../lambdas/core/credential.ts';
import { hmacSha1, type Parameter, percentEncode, signatureBase } from '../lambdas/edge/oauth.ts';

interface Signing {
  keys: TwitterKeys;
  verb: string;
  /** With its query. */
  url: string;
  /** Of a urlencoded body. */
  form?: Parameter[];
  timestampSeconds?: number;
  nonce?: string;
}

/** The OAuth parameters of a signed request. `test/edge/oauth.test.ts` checks the signing against published vectors. */
export function signedParameters({ keys, verb, url, form = [], timestampSeconds, nonce }: Signing): Parameter[] {
  const { origin, pathname, searchParams } = new URL(url);
  const oauth: Parameter[] = [
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_nonce', nonce ?? randomBytes(16).toString('hex')],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', String(timestampSeconds ?? Math.floor(Date.now() / 1000))],
    ['oauth_token', keys.accessToken],
    ['oauth_version', '1.0'],
  ];
  const base = signatureBase({ verb, url: origin + pathname, query: [...searchParams], form, oauth });
  return [...oauth, ['oauth_signature', hmacSha1(base, keys.consumerSecret, keys.accessTokenSecret)]];
}

export const authorization = (signing: Signing): string =>
  `OAuth ${signedParameters(signing)
    .map(([name, value]) => `${name}="${percentEncode(value)}"`)
    .join(', ')}`;
