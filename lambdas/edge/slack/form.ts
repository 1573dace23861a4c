import type { FormRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import { readForm } from '../form.ts';
import { type Argument, type Request, refuseBody } from '../request.ts';

/** The content types on Slack's page. For these two a charset has no meaning. */
const FORM_TYPES = ['multipart/form-data', 'application/x-www-form-urlencoded'];
const TEXT_TYPE = 'text/plain';

/** The charsets on Slack's page, with Node's names. */
const ENCODINGS: Record<string, 'utf8' | 'latin1'> = { 'utf-8': 'utf8', 'iso-8859-1': 'latin1' };

/**
 * The arguments of a POST's body. Checked by Slack's rules, in this order: size and encoding, type and charset, syntax.
 * An empty body has none, whatever its type: `slack_sdk` labels calls without arguments as JSON.
 */
export function readSlackForm(request: Request): Result<Argument[], FormRefusal> {
  if (request.verb !== 'POST') return accepted([]);
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  const { mediaType, charset } = contentType(request);
  if (request.body.length > 0) {
    if (mediaType === '') return refused({ code: 'content-type-missing' });
    if (![...FORM_TYPES, TEXT_TYPE].includes(mediaType)) {
      return refused({ code: 'content-type-unknown', contentType: mediaType.slice(0, 100) });
    }
  }
  if (charset !== undefined && ENCODINGS[charset] === undefined) {
    return refused({ code: 'charset-unknown', charset: charset.slice(0, 40) });
  }
  return mediaType === TEXT_TYPE ? readText(request) : readForm(request);
}

/** The encoding of the body's text. */
export const encodingOf = (request: Request): 'utf8' | 'latin1' =>
  ENCODINGS[contentType(request).charset ?? ''] ?? 'utf8';

/** Slack's warnings: a charset where it has no meaning, or none where it should be. */
export function warningsOf(request: Request): string[] {
  const { mediaType, charset } = contentType(request);
  if (request.verb !== 'POST' || mediaType === '') return [];
  const isForm = FORM_TYPES.includes(mediaType);
  if (isForm && charset !== undefined) return ['superfluous_charset'];
  return !isForm && charset === undefined ? ['missing_charset'] : [];
}

/** Slack's `invalid_arg_name` is for very long names and other characters than these. It gives no number. */
const ARGUMENT_NAME = /^\w{1,100}$/;

/** Why an argument's name is refused, if it is. */
export function refuseName(name: string): FormRefusal | undefined {
  if (ARGUMENT_NAME.test(name)) return undefined;
  const code = /\[[^\]]*\]$/.test(name) ? 'array-argument' : 'bad-argument-name';
  return { code, name: name.slice(0, 100) };
}

function contentType({ headers }: Request): { mediaType: string; charset: string | undefined } {
  const value = headers['content-type'] ?? '';
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;\s]*))/i.exec(value) ?? [];
  return {
    mediaType: value.split(';', 1)[0]?.trim().toLowerCase() ?? '',
    charset: (quoted ?? plain)?.toLowerCase(),
  };
}

/**
 * Slack's page lists text/plain without a syntax. `fetch` labels a string like this, and means a urlencoded form. Any
 * other text has no arguments.
 */
function readText(request: Request): Result<Argument[], FormRefusal> {
  const isForm = /^[^\s=&]+=[^\s]*$/.test(request.body.toString('latin1', 0, MAX_TEXT_BYTES));
  if (!isForm || request.body.length > MAX_TEXT_BYTES) return accepted([]);
  return readForm({ ...request, headers: { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' } });
}

/** For forms that a script wrote as text. Pictures do not come this way. */
const MAX_TEXT_BYTES = 100_000;
