import type { CredentialRefusal, FormRefusal, LookUpRefusal } from '../../core/refusal.ts';
import { accepted, type Result } from '../../core/result.ts';
import type { Caller } from '../../core/user.ts';
import type { ReadFlows } from '../flows.ts';
import { readForm } from '../form.ts';
import { bearerToken, isBarePicture, isJson, type Request } from '../request.ts';
import { readSignature } from '../signed-request.ts';

/**
 * The caller of `/v1`: by a Slack token, by a request signed with OAuth 1.0a, or by an identity provider's token, if
 * the deployment has one. Such a token contains dots, and no Slack token does.
 * @param begin starts work for the credential's user while the caller is looked up
 */
export async function v1Caller(
  request: Request,
  flows: Pick<ReadFlows, 'authenticate' | 'authenticateSigned' | 'authenticateIdentity'>,
  begin?: (userId: string) => void,
): Promise<Result<Caller, CredentialRefusal | FormRefusal | LookUpRefusal>> {
  if (!/^\s*oauth\b/i.test(request.headers.authorization ?? '')) {
    const token = bearerToken(request);
    return token?.includes('.') && flows.authenticateIdentity
      ? flows.authenticateIdentity(token, request.viewerAddress)
      : flows.authenticate(token, request.viewerAddress, begin);
  }
  // Only a form has arguments that a signature can cover.
  const form = isBarePicture(request) || isJson(request) ? accepted([]) : readForm(request);
  if (!form.ok) return form;
  const signed = readSignature(request, form.value);
  return signed.ok ? flows.authenticateSigned(signed.value, begin) : signed;
}
