import { constantTimeEqual } from '../core/constant-time-equal.ts';
import type { SignedCredential } from '../core/credential.ts';
import type { CredentialRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { hmacSha1, type Parameter, readAuthorization, type SignedRequest, signatureBase } from './oauth.ts';
import type { Argument, Request } from './request.ts';

/**
 * A request's signature and what it covers. The protocol parameters may be in the header, the body or the query
 * (RFC 5849, section 3.5), in this order. `body` has the arguments of a body of any type.
 */
export function readSignature(request: Request, body: Argument[]): Result<SignedCredential, CredentialRefusal> {
  const authorization = request.headers.authorization ?? '';
  if (/^\s*bearer\b/i.test(authorization)) return refused({ code: 'app-only' });
  const form = (isUrlencoded(request) ? body : []).map(({ name, bytes }): Parameter => [name, bytes.toString('utf8')]);
  const inHeader = readAuthorization(authorization) ?? [];
  const places = [inHeader, form, request.query];
  // "Each parameter MUST NOT appear more than once per request" (section 3.1): two readers might take different ones.
  const names = places.flat().flatMap(([name]) => (PROTOCOL.has(name) ? [name] : []));
  if (new Set(names).size < names.length) return refused({ code: 'no-credential' });
  const oauth = new Map(places.find((place) => place.some(([name]) => name === 'oauth_signature')));

  const consumerKey = oauth.get('oauth_consumer_key');
  const token = oauth.get('oauth_token');
  const timestamp = oauth.get('oauth_timestamp');
  const nonce = oauth.get('oauth_nonce');
  const signature = oauth.get('oauth_signature');
  const isComplete = consumerKey && token && nonce && signature && /^\d{1,12}$/.test(timestamp ?? '');
  // Twitter's page: always HMAC-SHA1. `oauth_version` is ignored: clients send 1.0, 1.0A or nothing.
  if (!isComplete || oauth.get('oauth_signature_method') !== 'HMAC-SHA1') return refused({ code: 'no-credential' });

  const sent: SignedRequest = {
    verb: request.verb,
    url: request.baseUrl + request.path,
    query: request.query,
    form,
    oauth: inHeader,
  };
  return accepted({
    consumerKey,
    token,
    timestampSeconds: Number(timestamp),
    nonce,
    requestId: request.id,
    viewerAddress: request.viewerAddress,
    verify: (consumerSecret, tokenSecret) =>
      readings(sent, isUrlencoded(request)).some((reading) =>
        constantTimeEqual(signature, hmacSha1(signatureBase(reading), consumerSecret, tokenSecret)),
      ),
  });
}

const PROTOCOL = new Set([
  'oauth_consumer_key',
  'oauth_token',
  'oauth_signature_method',
  'oauth_signature',
  'oauth_timestamp',
  'oauth_nonce',
]);

const isUrlencoded = ({ headers }: Request): boolean =>
  /^\s*application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');

/**
 * The ways in which clients read what is to be signed. All cover the URL, the verb and the protocol parameters. They
 * differ where Twitter's pages contradict each other.
 */
function readings(sent: SignedRequest, isForm: boolean): SignedRequest[] {
  const spaced = sent.oauth.map(([name, value]): Parameter => [name, value.replaceAll('+', ' ')]);
  return [
    // RFC 5849: query, form and header.
    sent,
    // Twitter's media page: with multipart "only the oauth_* parameters are used", so the query is not.
    ...(isForm || sent.query.length === 0 ? [] : [{ ...sent, query: [] }]),
    // PHP's microtime() as a nonce, form-encoded into the header: its `+` was signed as a space.
    ...(sent.oauth.some(([, value]) => value.includes('+')) ? [{ ...sent, oauth: spaced }] : []),
  ];
}
