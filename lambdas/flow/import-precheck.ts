import { UPLOAD_POLICIES } from '../core/upload-policy.ts';
import { sniff } from '../image/sniff.ts';

/** How many of a file's first bytes `precheckImportFile` needs. */
export const PRECHECK_BYTES = 256;

/**
 * Whether a file is worth sending, by its size and first bytes. Returns the reason that its row would have, or
 * undefined. For the CLI, which has many files. The import decides about the picture itself.
 */
export function precheckImportFile(head: Uint8Array, bytes: number): string | undefined {
  if (bytes === 0) return 'no_image';
  const { formats, maxBytes } = UPLOAD_POLICIES.import;
  if (bytes > maxBytes) return 'too_many_bytes';
  const format = sniff(head);
  return format !== undefined && formats.includes(format) ? undefined : 'unknown_format';
}
