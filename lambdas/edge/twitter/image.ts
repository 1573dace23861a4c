import type { PictureRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Argument } from '../argument.ts';

/**
 * The picture of a call, whichever way it was sent: raw bytes, or base64 as text. Of several the first counts, as of
 * every argument: clients repeat it in the query.
 */
export function imageOf(given: Argument[]): Result<Buffer, PictureRefusal> {
  const bytes = given.find(({ name }) => name === 'image')?.bytes;
  if (bytes === undefined || bytes.length === 0) return refused({ code: 'no-image' });
  // Some clients encode what their caller has encoded already.
  return accepted(fromBase64(fromBase64(bytes)));
}

/** A data URI's head, then base64 in either alphabet, with the spaces that a raw `+` turns into and with line breaks. */
const BASE64 = /^\s*(?:data:[\w.+-]+\/[\w.+-]+(?:;[\w=.+-]+)*;base64,)?([A-Za-z0-9+/_\-\s]+={0,2})\s*$/;

/** Longer than any base64 of a file that would be accepted; a bound on what the pattern looks at. */
const MAX_BASE64_BYTES = 4_500_000;

/**
 * The bytes behind base64 text; anything else as it is. No JPEG, PNG or GIF is base64 text itself: each has a byte outside
 * of the alphabet among its first ones.
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
