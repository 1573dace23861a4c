import type { CredentialRefusal, FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import type { HttpResponse } from '../http-response.ts';
import { problem } from './response.ts';

/** The refusals that `/v1` can give, as problem details (RFC 9457). */
export function v1Refusal(refusal: CredentialRefusal | LookUpRefusal | FormRefusal): HttpResponse {
  switch (refusal.code) {
    case 'no-credential':
      return problem(401, 'Unauthorized', refusal.code, 'Send a token: Authorization: Bearer …');
    case 'unknown-credential':
      return problem(401, 'Unauthorized', refusal.code, 'The token is not known here.');
    case 'inactive-user':
      return problem(403, 'Forbidden', refusal.code, "The token's user is not active.");
    case 'revoked-credential':
    case 'expired-credential':
    case 'removed-application':
      return problem(401, 'Unauthorized', refusal.code, 'The token is not valid any more.');
    case 'network-not-allowed':
      return problem(403, 'Forbidden', refusal.code, "The token's team allows no requests from this address.");
    case 'inactive-team':
    case 'team-migrating':
    case 'team-joining-organization':
      return problem(403, 'Forbidden', refusal.code, "The token's team is not available.");
    case 'wrong-token-kind':
    case 'bot-user':
    case 'missing-scope':
    case 'missing-permission':
      return problem(403, 'Forbidden', refusal.code, 'The token may not do this.');
    case 'unknown-application':
    case 'bad-signature':
    case 'stale-timestamp':
    case 'replayed-nonce':
      return problem(401, 'Unauthorized', refusal.code, 'The signature of the request was not accepted.');
    case 'app-only':
      return problem(403, 'Forbidden', refusal.code, "This needs a user's token.");
    case 'read-only':
      return problem(403, 'Forbidden', refusal.code, 'The token may only read.');
    case 'rate-limited':
      return problem(429, 'Too Many Requests', refusal.code, `The limit is ${refusal.limit}.`);
    case 'unknown-method':
      return problem(404, 'Not Found', refusal.code, `There is nothing at ${refusal.path}`);
    case 'wrong-verb':
      return problem(
        405,
        'Method Not Allowed',
        refusal.code,
        `${refusal.verb} is not supported here; use ${refusal.allowed}.`,
      );
    case 'missing-argument':
      return problem(400, 'Bad Request', refusal.code, `Missing: ${refusal.argument}`);
    case 'retired-method':
      return problem(410, 'Gone', refusal.code);
    case 'unknown-user':
    case 'suspended-user':
      return problem(404, 'Not Found', refusal.code);
    case 'nothing-to-undo':
      return problem(409, 'Conflict', refusal.code, 'There is no photo before this one.');
    case 'body-too-large':
      return problem(413, 'Content Too Large', refusal.code);
    case 'content-encoding-unknown':
      return problem(
        415,
        'Unsupported Media Type',
        refusal.code,
        `Content-Encoding ${refusal.contentEncoding} is not read here; send the body as it is.`,
      );
    case 'body-missing':
    case 'body-truncated':
    case 'body-malformed':
    case 'content-type-missing':
    case 'content-type-unknown':
    case 'charset-unknown':
    case 'several-images':
    case 'too-many-arguments':
    case 'bad-argument-name':
    case 'array-argument':
      return problem(400, 'Bad Request', refusal.code, 'The body cannot be read.');
    case 'unknown-upload':
      return problem(404, 'Not Found', refusal.code, 'You have no such upload, or it is too old.');
  }
}
