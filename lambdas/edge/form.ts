import type { FormRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { type Argument, MAX_ARGUMENTS } from './argument.ts';
import { readMultipart } from './multipart.ts';
import type { Request } from './request.ts';

/**
 * The arguments of a body: multipart or urlencoded. An empty body has none, whatever its type: clients label the calls
 * of argument-less methods in many ways.
 */
export async function readForm(request: Request): Promise<Result<Argument[], FormRefusal>> {
  const { body, headers } = request;
  if (body.length === 0) return accepted([]);
  const contentType = headers['content-type'] ?? '';
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (mediaType === '') return refused({ code: 'content-type-missing' });
  if (mediaType === 'multipart/form-data') return readMultipart(body, contentType);
  if (mediaType === 'application/x-www-form-urlencoded') return readUrlencoded(body);
  return refused({ code: 'content-type-unknown', contentType: mediaType.slice(0, 100) });
}

function readUrlencoded(body: Buffer): Result<Argument[], FormRefusal> {
  const pairs = body.toString('latin1').split('&', MAX_ARGUMENTS + 1);
  if (pairs.length > MAX_ARGUMENTS) return refused({ code: 'too-many-arguments', maxArguments: MAX_ARGUMENTS });
  const parsed = pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return { name: percentDecode(name).toString('utf8'), bytes: percentDecode(value) };
    });
  return accepted(parsed);
}

/**
 * Percent-decoding to bytes: some clients send a whole picture this way, and `URLSearchParams` would replace whatever
 * is not UTF-8. A `%` without two hex digits stands for itself, as the URL standard says.
 */
function percentDecode(text: string): Buffer {
  const decoded = text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}
