import type { FormRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Argument } from '../argument.ts';
import { readForm } from '../form.ts';
import { refuseBody } from '../refuse-body.ts';
import type { Request } from '../request.ts';

/** The content types that Slack's page lists. In the first two a charset means nothing. */
const FORM_TYPES = ['multipart/form-data', 'application/x-www-form-urlencoded'];
const TEXT_TYPE = 'text/plain';

/** The charsets that Slack's page lists, and Node's names for them. */
const ENCODINGS: Record<string, 'utf8' | 'latin1'> = { 'utf-8': 'utf8', 'iso-8859-1': 'latin1' };

/**
 * The arguments of a POST's body, by Slack's rules: its size and encoding, its type and charset, then its syntax, then the
 * names of the arguments.
 * An empty body has none, whatever its type: `slack_sdk` labels the calls of argument-less methods as JSON.
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

/** How the text of the body is encoded. */
export const encodingOf = (request: Request): 'utf8' | 'latin1' =>
  ENCODINGS[contentType(request).charset ?? ''] ?? 'utf8';

/** Slack's warnings about a request: a charset where it means nothing, none where it is recommended. */
export function warningsOf(request: Request): string[] {
  const { mediaType, charset } = contentType(request);
  if (request.verb !== 'POST' || mediaType === '') return [];
  const isForm = FORM_TYPES.includes(mediaType);
  if (isForm && charset !== undefined) return ['superfluous_charset'];
  return !isForm && charset === undefined ? ['missing_charset'] : [];
}

/** Very long names and names with other characters than these are Slack's `invalid_arg_name`; it says no number. */
const ARGUMENT_NAME = /^\w{1,100}$/;

/** What is wrong with an argument's name, if anything. */
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
 * Slack's page lists text/plain and gives it no syntax. What `fetch` sends of a string is labelled so, and is meant as a
 * urlencoded form; any other text has no arguments.
 */
function readText(request: Request): Result<Argument[], FormRefusal> {
  const isForm = /^[^\s=&]+=[^\s]*$/.test(request.body.toString('latin1', 0, MAX_TEXT_BYTES));
  if (!isForm || request.body.length > MAX_TEXT_BYTES) return accepted([]);
  return readForm({ ...request, headers: { ...request.headers, 'content-type': 'application/x-www-form-urlencoded' } });
}

/** A form of text that a script wrote; pictures come otherwise. */
const MAX_TEXT_BYTES = 100_000;
