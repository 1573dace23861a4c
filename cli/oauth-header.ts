import { randomBytes } from 'node:crypto';
import { hmacSha1, type Parameter, percentEncode, signatureBase } from '../lambdas/edge/oauth.ts';
import type { issueCredentials } from '../lambdas/flow/issue-credentials.ts';

type TwitterKeys = Awaited<ReturnType<typeof issueCredentials>>['twitter'];

/**
 * An `Authorization` header that signs one request, valid for five minutes (RFC 5849, section 3.5.1). The body of a
 * multipart request is not signed.
 */
export function oauthHeader(keys: TwitterKeys, verb: string, url: string): string {
  const { origin, pathname, searchParams } = new URL(url);
  const oauth: Parameter[] = [
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_nonce', randomBytes(16).toString('hex')],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', String(Math.floor(Date.now() / 1000))],
    ['oauth_token', keys.accessToken],
    ['oauth_version', '1.0'],
  ];
  const base = signatureBase({ verb, url: origin + pathname, query: [...searchParams], form: [], oauth });
  const signature = hmacSha1(base, keys.consumerSecret, keys.accessTokenSecret);
  const listed = [...oauth, ['oauth_signature', signature] as const];
  return `OAuth ${listed.map(([name, value]) => `${name}="${percentEncode(value)}"`).join(', ')}`;
}
