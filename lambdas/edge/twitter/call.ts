import type { SignedCredential } from '../../core/credential.ts';
import type { CredentialRefusal, FormRefusal } from '../../core/refusal.ts';
import { accepted, type Result } from '../../core/result.ts';
import { readForm } from '../form.ts';
import type { Argument, Request } from '../request.ts';
import { readSignature } from '../signed-request.ts';

/** One call of a Twitter method: the arguments, of the body and then of the query, and the signature. */
interface TwitterCall {
  arguments: Argument[];
  signed: SignedCredential;
}

export function readTwitterCall(request: Request): Result<TwitterCall, FormRefusal | CredentialRefusal> {
  const form = readForm(request);
  // A body of another type is not signed and has no arguments. If one is missing, that is found later.
  if (!form.ok && !['content-type-unknown', 'content-type-missing'].includes(form.refusal.code)) return form;
  const body = form.ok ? form.value : [];
  const signed = readSignature(request, body);
  if (!signed.ok) return signed;
  const inQuery = request.query.map(([name, value]) => ({ name, bytes: Buffer.from(value) }));
  return accepted({ arguments: [...body, ...inQuery], signed: signed.value });
}

/** An argument's text; undefined if absent or empty. */
export function textOf(given: Argument[], name: string): string | undefined {
  const text = given
    .find((argument) => argument.name === name)
    ?.bytes.toString('utf8')
    .trim();
  return text === '' ? undefined : text;
}

/** Clients send `false`, `False`, `f` or `0`. Anything else is not false. */
export const isFalse = (given: Argument[], name: string): boolean =>
  ['false', 'f', '0'].includes(textOf(given, name)?.toLowerCase() ?? '');
