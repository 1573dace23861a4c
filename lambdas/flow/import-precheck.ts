import { UPLOAD_POLICIES } from '../core/upload-policy.ts';
import { sniff } from '../image/sniff.ts';

/** How many bytes of a file's beginning `precheckImportFile` wants. */
export const PRECHECK_BYTES = 256;

/**
 * Whether a file is worth sending, from its size and its first bytes: for the command line, which has many. Gives the
 * reason that its row would have, or undefined; the picture itself is decided on when it is taken in.
 */
export function precheckImportFile(head: Uint8Array, bytes: number): string | undefined {
  if (bytes === 0) return 'no_image';
  const { formats, maxBytes } = UPLOAD_POLICIES.import;
  if (bytes > maxBytes) return 'too_many_bytes';
  const format = sniff(head);
  return format !== undefined && formats.includes(format) ? undefined : 'unknown_format';
}
