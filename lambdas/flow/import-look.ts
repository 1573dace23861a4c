import { POLICIES } from '../core/policy.ts';
import { sniff } from '../image/sniff.ts';

/** How many bytes of a file's beginning `importLook` wants. */
export const LOOK_BYTES = 32;

/**
 * Whether a file is worth sending, from its size and its first bytes: for the command line, which has many. Gives the
 * reason that its row would have, or undefined; the picture itself is decided on when it is taken in.
 */
export function importLook(head: Uint8Array, bytes: number): string | undefined {
  if (bytes === 0) return 'no_image';
  if (bytes > POLICIES.import.maxBytes) return 'too_many_bytes';
  return sniff(head) === undefined ? 'unknown_format' : undefined;
}
