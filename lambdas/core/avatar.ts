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
