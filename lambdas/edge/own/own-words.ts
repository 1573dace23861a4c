import type { CredentialRefusal, LookUpRefusal } from '../../core/refusal.ts';
import type { Answer } from '../answer.ts';
import { problem } from './own-answer.ts';

/** The refusals that `/v1` can give, as problem details (RFC 9457). */
export function ownRefusal(refusal: CredentialRefusal | LookUpRefusal): Answer {
  switch (refusal.code) {
    case 'no-credential':
      return problem(401, 'Unauthorized', refusal.code, 'Send a token: Authorization: Bearer …');
    case 'unknown-credential':
      return problem(401, 'Unauthorized', refusal.code, 'The token is not known here.');
    case 'inactive-user':
      return problem(403, 'Forbidden', refusal.code, "The token's user is not active.");
    case 'unknown-method':
      return problem(404, 'Not Found', refusal.code, `There is nothing at ${refusal.path}`);
    case 'wrong-verb':
      return problem(405, 'Method Not Allowed', refusal.code, `${refusal.verb} is not supported here; use GET.`);
    case 'missing-argument':
      return problem(400, 'Bad Request', refusal.code, `Missing: ${refusal.argument}`);
    case 'unknown-user':
      return problem(404, 'Not Found', refusal.code);
    case 'unknown-upload':
      return problem(404, 'Not Found', refusal.code, 'You have no such upload, or it is too old.');
  }
}
