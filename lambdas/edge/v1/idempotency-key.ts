import type { HeaderRefusal } from '../../core/refusal.ts';
import { accepted, type Result, refused } from '../../core/result.ts';
import type { Request } from '../request.ts';

/** Ours: longer than any UUID, and still short enough to read. */
const MAX_KEY_CHARACTERS = 255;

/**
 * The key that marks repeats of one upload (draft-ietf-httpapi-idempotency-key-header-07): a quoted string
 * (RFC 8941, section 3.3.3). Most clients leave out the quotes, so the key is the same with and without them.
 * Undefined if there is none.
 */
export function readIdempotencyKey({ headers }: Request): Result<string | undefined, HeaderRefusal> {
  const sent = headers['idempotency-key']?.trim();
  if (sent === undefined) return accepted(undefined);
  const key = /^"((?:[^"\\]|\\["\\])*)"$/.exec(sent)?.[1]?.replace(/\\(["\\])/g, '$1') ?? sent;
  if (!/^[\x20-\x7e]+$/.test(key) || key.length > MAX_KEY_CHARACTERS) {
    return refused({ code: 'bad-idempotency-key', characters: key.length, maxCharacters: MAX_KEY_CHARACTERS });
  }
  return accepted(key);
}
