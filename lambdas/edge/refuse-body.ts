import type { FormRefusal } from '../core/refusal.ts';
import { MAX_BODY_BYTES } from '../core/upload-policy.ts';
import type { Request } from './request.ts';

/**
 * Why a body is not read at all, whatever its type. Too large: the edge function checks a declared length, and what has
 * none is counted here. Encoded: no `Content-Encoding` is undone (RFC 9110, section 8.4).
 */
export function refuseBody({ body, headers }: Request): FormRefusal | undefined {
  if (body.length > MAX_BODY_BYTES) return { code: 'body-too-large', maxBytes: MAX_BODY_BYTES };
  const contentEncoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (body.length === 0 || contentEncoding === '' || contentEncoding === 'identity') return undefined;
  return { code: 'content-encoding-unknown', contentEncoding: contentEncoding.slice(0, 40) };
}
