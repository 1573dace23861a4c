import type { TokenCheck } from './identity.ts';
import type { Crop } from './photo.ts';
import type { SourceFormat } from './source-format.ts';

/**
 * Every reason Headshot turns something down, as facts and never as sentences.
 * Each dialect words them in a table that does not compile when a code is missing (`edge/<dialect>/error-messages.ts`).
 */
export type Refusal =
  | PictureRefusal
  | CropRefusal
  | FormRefusal
  | CredentialRefusal
  | LookUpRefusal
  | RepeatRefusal
  | HeaderRefusal
  | LockRefusal;

/** The picture itself. Decided from its bytes: from the header before any decode, then by the decode. */
export type PictureRefusal =
  /** No `image` argument, or one without bytes. */
  | { code: 'no-image' }
  /** `looksLike` is what the first bytes say (`svg`, `heic`, `pdf`, `zip`, …), when they say anything; `formats` are the source's. */
  | { code: 'unknown-format'; looksLike?: string; formats: readonly SourceFormat[] }
  /** The header or the pixels do not decode: truncated, damaged, or empty of frames. */
  | { code: 'corrupt-image'; format: string }
  | { code: 'too-many-bytes'; bytes: number; maxBytes: number }
  | { code: 'too-small'; widthPx: number; heightPx: number; minSidePx: number }
  | { code: 'too-large'; widthPx: number; heightPx: number; maxSidePx: number }
  | { code: 'too-many-pixels'; pixels: number; maxPixels: number }
  | { code: 'too-much-memory'; workingBytes: number; maxWorkingBytes: number }
  /** It would have taken more of a processor than any picture of its size does. */
  | { code: 'too-slow'; format: string; maxSeconds: number }
  | { code: 'too-many-frames'; frames: number; maxFrames: number };

/** The crop box, in the upright picture's pixels. */
export type CropRefusal =
  /** `argument` is the dialect's own name of what is wrong, e.g. `crop_w`; `given` is what came, shortened; `allowed` are the words, where it is one. */
  | { code: 'bad-crop'; argument: string; given: string; allowed?: readonly string[] }
  | { code: 'crop-outside'; crop: Crop; widthPx: number; heightPx: number };

/** The HTTP body and its arguments. */
export type FormRefusal =
  | { code: 'body-missing' }
  | { code: 'body-truncated' }
  | { code: 'body-malformed' }
  | { code: 'body-too-large'; maxBytes: number }
  /** A `Content-Encoding`, shortened: a body is read as it is or not at all. */
  | { code: 'content-encoding-unknown'; contentEncoding: string }
  | { code: 'content-type-missing' }
  | { code: 'content-type-unknown'; contentType: string }
  /** The type that was told is not the picture's, whose media type is `found`. */
  | { code: 'content-type-wrong'; contentType: string; found: string }
  | { code: 'charset-unknown'; charset: string }
  | { code: 'several-images'; count: number }
  | { code: 'too-many-arguments'; maxArguments: number }
  | { code: 'bad-argument-name'; name: string }
  | { code: 'array-argument'; name: string };

/** A token of the identity provider. */
export type IdentityRefusal =
  /** `check` is the first that failed. */
  | { code: 'invalid-token'; check: TokenCheck }
  /** The provider cannot be asked for its keys, so nobody can say what the token is worth. */
  | { code: 'provider-away'; retryAfterSeconds: number };

/** Who is asking. */
export type CredentialRefusal =
  | IdentityRefusal
  | { code: 'no-credential' }
  | { code: 'unknown-credential' }
  /** The token's user is deactivated, or erased. */
  | { code: 'inactive-user' }
  | { code: 'revoked-credential' }
  | { code: 'expired-credential'; expiredAtSeconds: number }
  /** The app that the token was issued to is removed. */
  | { code: 'removed-application' }
  | { code: 'inactive-team' }
  | { code: 'team-migrating' }
  | { code: 'team-joining-organization' }
  /** The request came from outside the team's allowed networks. */
  | { code: 'network-not-allowed' }
  /** `allowed` are the kinds that may. */
  | { code: 'wrong-token-kind'; kind: string; allowed: string[] }
  /** The user is a bot, and the method is for people. */
  | { code: 'bot-user' }
  | { code: 'missing-scope'; needed: string; provided: string[] }
  /** The same for a workspace token, which Slack words otherwise. */
  | { code: 'missing-permission'; needed: string }
  /** OAuth's consumer key is nobody's. */
  | { code: 'unknown-application' }
  | { code: 'bad-signature' }
  /** The request was signed too long ago, or in the future; `maxSkewSeconds` either way is fine. */
  | { code: 'stale-timestamp'; maxSkewSeconds: number }
  | { code: 'replayed-nonce' }
  /** An application's own credential, where a user's is needed. */
  | { code: 'app-only' }
  | { code: 'read-only'; path: string }
  | { code: 'rate-limited'; limit: number; resetsAtSeconds: number };

/** What is asked about. */
export type LookUpRefusal =
  | { code: 'unknown-method'; path: string }
  /** `allowed` is the dialect's own phrase for what it takes, e.g. `POST`. */
  | { code: 'wrong-verb'; verb: string; allowed: string }
  /** It was there once, and is not any more. */
  | { code: 'retired-method' }
  | { code: 'missing-argument'; argument: string }
  /** `given` is what came, shortened; `allowed` what may come, in words. */
  | { code: 'bad-argument'; argument: string; given: string; allowed: string }
  | { code: 'unknown-user' }
  | { code: 'suspended-user' }
  /** Not one of those who may act on other users. */
  | { code: 'not-administrator' }
  | { code: 'unknown-upload' }
  /** The user shows none. */
  | { code: 'no-photo' }
  /** No photo was shown before the one that is shown. */
  | { code: 'nothing-to-undo' }
  /** Not among the photos that were shown before, of which `versions` are there. */
  | { code: 'unknown-version'; given: string; versions: string[] };

/** An upload's id is another upload's: other bytes or another crop under the same `Idempotency-Key`. */
export type RepeatRefusal = { code: 'other-upload' };

/** An administrator keeps the person from changing their photo; `reason` is the administrator's. */
export type LockRefusal = { code: 'photo-locked'; reason: string };

/** What the headers ask for. */
export type HeaderRefusal =
  | { code: 'bad-wait'; given: string; maxSeconds: number }
  | { code: 'bad-idempotency-key'; characters: number; maxCharacters: number };
