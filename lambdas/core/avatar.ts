import { createHash } from 'node:crypto';
import type { Format } from './photo.ts';

/** What the hash of an e-mail address leads to. Empty: there is nobody, or nobody who wants to be found this way. */
export interface Avatar {
  photo?: {
    bytes: Uint8Array;
    format: Format;
    /** Two pictures have one tag only if they are the same. */
    tag: string;
  };
  /** Of a person without a photo. */
  name?: string;
}

/**
 * How Gravatar and Libravatar name an e-mail address: the hex digest of the trimmed, lower-case address
 * (docs.gravatar.com, "Creating the Hash"; wiki.libravatar.org, "API"). SHA-256 today, MD5 in older programs.
 */
export const EMAIL_DIGESTS = ['md5', 'sha256'] as const;
export type EmailDigest = (typeof EMAIL_DIGESTS)[number];

/** 32 or 64 hex digits. */
export const emailHash = (email: string, digest: EmailDigest): string =>
  createHash(digest).update(email.trim().toLowerCase()).digest('hex');

/** All hashes of an address. */
export const emailHashes = (email: string): string[] => EMAIL_DIGESTS.map((digest) => emailHash(email, digest));
