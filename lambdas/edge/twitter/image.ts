import type { PictureRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Argument } from '../request.ts';

/**
 * The picture of a call: raw bytes, or base64 text. The first counts, as for every argument: clients repeat it in the
 * query.
 */
export function imageOf(given: Argument[]): Result<Buffer, PictureRefusal> {
  const bytes = given.find(({ name }) => name === 'image')?.bytes;
  if (bytes === undefined || bytes.length === 0) return refused({ code: 'no-image' });
  // Some clients encode what their caller has already encoded.
  return accepted(fromBase64(fromBase64(bytes)));
}

/** Perhaps the head of a data URI; then base64 in either alphabet, with line breaks and with spaces from raw `+`. */
const BASE64 = /^\s*(?:data:[\w.+-]+\/[\w.+-]+(?:;[\w=.+-]+)*;base64,)?([A-Za-z0-9+/_\-\s]+={0,2})\s*$/;

/** Longer than the base64 of any file that would be accepted. Bounds the pattern's work. */
const MAX_BASE64_BYTES = 4_500_000;

/**
 * Decodes base64 text, and leaves anything else as it is. No JPEG, PNG or GIF looks like base64: each has a byte near
 * its start that is not in the alphabet.
 */
function fromBase64(bytes: Buffer): Buffer {
  if (bytes.length > MAX_BASE64_BYTES || bytes.subarray(0, 1_000).some((byte) => byte === 0 || byte > 0x7e))
    return bytes;
  const text = BASE64.exec(bytes.toString('latin1'))?.[1];
  if (text === undefined) return bytes;
  // A `+` that was not percent-encoded arrived as a space.
  const decoded = Buffer.from(text.trimEnd().replaceAll(' ', '+'), 'base64');
  return decoded.length === 0 ? bytes : decoded;
}
