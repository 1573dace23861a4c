import type { Format } from './photo.ts';

/** What is known of whoever an e-mail address's hash leads to. Nothing: nobody, or nobody who wants to be found so. */
export interface Avatar {
  photo?: {
    bytes: Uint8Array;
    format: Format;
    /** The same for the same picture, and for no other. */
    tag: string;
  };
  /** Of somebody without a photo. */
  name?: string;
}
