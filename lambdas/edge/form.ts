import type { FormRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { readMultipart } from './multipart.ts';
import { type Argument, MAX_ARGUMENTS, type Request, refuseBody } from './request.ts';

/**
 * The arguments of a multipart or urlencoded body. An empty body has none, whatever its type: clients label calls
 * without arguments in many ways.
 */
export function readForm(request: Request): Result<Argument[], FormRefusal> {
  const { body, headers } = request;
  if (body.length === 0) return accepted([]);
  const refusal = refuseBody(request);
  if (refusal !== undefined) return refused(refusal);
  const contentType = headers['content-type'] ?? '';
  // twurl writes a comma where a semicolon belongs.
  const mediaType = contentType.split(/[;,]/, 1)[0]?.trim().toLowerCase() ?? '';
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
 * Percent-decodes to bytes. Some clients send a whole picture this way, and `URLSearchParams` would replace what is not
 * UTF-8. A `%` without two hex digits stays, as the URL standard says. Byte by byte, because `replace` takes 200 MB for
 * the largest body.
 */
function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const escaped = byte === PERCENT ? 16 * hexDigit(bytes[at + 1]) + hexDigit(bytes[at + 2]) : Number.NaN;
    if (!Number.isNaN(escaped)) at += 2;
    // In place: decoding never makes it longer.
    bytes[length++] = Number.isNaN(escaped) ? (byte === PLUS ? SPACE : byte) : escaped;
  }
  return bytes.subarray(0, length);
}

const [PERCENT, PLUS, SPACE = 0] = Buffer.from('%+ ');

/** The value of `0`–`9`, `A`–`F`, `a`–`f`; NaN for anything else. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x41 + 10 : Number.NaN;
}
