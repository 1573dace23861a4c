import type { TokenCheck } from './identity.ts';
import type { Crop, SourceFormat } from './photo.ts';

/**
 * Every reason to turn something down, as facts and not as sentences.
 * Each dialect words them in a table that does not compile if a code is missing (`edge/<dialect>/error-messages.ts`).
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

/** The picture itself. Decided from its bytes: first from the header, then by decoding. */
export type PictureRefusal =
  /** No `image` argument, or one without bytes. */
  | { code: 'no-image' }
  /** `looksLike`: what the first bytes suggest (`svg`, `heic`, `pdf`, …), if anything. `formats`: the source's. */
  | { code: 'unknown-format'; looksLike?: string; formats: readonly SourceFormat[] }
  /** Header or pixels do not decode: truncated, damaged, or without frames. */
  | { code: 'corrupt-image'; format: string }
  | { code: 'too-many-bytes'; bytes: number; maxBytes: number }
  | { code: 'too-small'; widthPx: number; heightPx: number; minSidePx: number }
  | { code: 'too-large'; widthPx: number; heightPx: number; maxSidePx: number }
  | { code: 'too-many-pixels'; pixels: number; maxPixels: number }
  | { code: 'too-much-memory'; workingBytes: number; maxWorkingBytes: number }
  /** Decoding would take longer than for any honest picture of its size. */
  | { code: 'too-slow'; format: string; maxSeconds: number }
  | { code: 'too-many-frames'; frames: number; maxFrames: number };

/** The crop box, in the upright picture's pixels. */
export type CropRefusal =
  /**
   * `argument`: the dialect's own name, e.g. `crop_w`. `given`: what came, shortened. `allowed`: the words, where it
   * takes words.
   */
  | { code: 'bad-crop'; argument: string; given: string; allowed?: readonly string[] }
  | { code: 'crop-outside'; crop: Crop; widthPx: number; heightPx: number };

/** The HTTP body and its arguments. */
export type FormRefusal =
  | { code: 'body-missing' }
  | { code: 'body-truncated' }
  | { code: 'body-malformed' }
  | { code: 'body-too-large'; maxBytes: number }
  /** A `Content-Encoding`, shortened. Bodies are read uncompressed only. */
  | { code: 'content-encoding-unknown'; contentEncoding: string }
  | { code: 'content-type-missing' }
  | { code: 'content-type-unknown'; contentType: string }
  /** The declared type is not the picture's; `found` is the picture's media type. */
  | { code: 'content-type-wrong'; contentType: string; found: string }
  | { code: 'charset-unknown'; charset: string }
  | { code: 'several-images'; count: number }
  | { code: 'too-many-arguments'; maxArguments: number }
  | { code: 'bad-argument-name'; name: string }
  | { code: 'array-argument'; name: string };

/** A token of the identity provider. */
export type IdentityRefusal =
  /** `check`: the first that failed. */
  | { code: 'invalid-token'; check: TokenCheck }
  /** The provider's keys cannot be fetched, so the token cannot be checked. */
  | { code: 'provider-away'; retryAfterSeconds: number };

/** Who the caller is. */
export type CredentialRefusal =
  | IdentityRefusal
  | { code: 'no-credential' }
  | { code: 'unknown-credential' }
  /** The token's user is deactivated or erased. */
  | { code: 'inactive-user' }
  | { code: 'revoked-credential' }
  | { code: 'expired-credential'; expiredAtSeconds: number }
  /** The token's app was removed. */
  | { code: 'removed-application' }
  | { code: 'inactive-team' }
  | { code: 'team-migrating' }
  | { code: 'team-joining-organization' }
  /** The request did not come from one of the team's allowed networks. */
  | { code: 'network-not-allowed' }
  /** `allowed`: the kinds of token that may. */
  | { code: 'wrong-token-kind'; kind: string; allowed: string[] }
  /** The user is a bot; the method is for people. */
  | { code: 'bot-user' }
  | { code: 'missing-scope'; needed: string; provided: string[] }
  /** The same for a workspace token. Slack's message differs. */
  | { code: 'missing-permission'; needed: string }
  /** An unknown OAuth consumer key. */
  | { code: 'unknown-application' }
  | { code: 'bad-signature' }
  /** The timestamp is more than `maxSkewSeconds` away, either way. */
  | { code: 'stale-timestamp'; maxSkewSeconds: number }
  | { code: 'replayed-nonce' }
  /** An application's own credential where a user's is needed. */
  | { code: 'app-only' }
  | { code: 'read-only'; path: string }
  | { code: 'rate-limited'; limit: number; resetsAtSeconds: number };

/** What the request is for. */
export type LookUpRefusal =
  | { code: 'unknown-method'; path: string }
  /** `allowed`: in the dialect's own words, e.g. `POST`. */
  | { code: 'wrong-verb'; verb: string; allowed: string }
  /** It existed once. */
  | { code: 'retired-method' }
  | { code: 'missing-argument'; argument: string }
  /** `given`: what came, shortened. `allowed`: what may come, in words. */
  | { code: 'bad-argument'; argument: string; given: string; allowed: string }
  | { code: 'unknown-user' }
  | { code: 'suspended-user' }
  /** Only administrators may act on other users. */
  | { code: 'not-administrator' }
  | { code: 'unknown-upload' }
  /** The user has no photo. */
  | { code: 'no-photo' }
  /** The history is empty. */
  | { code: 'nothing-to-undo' }
  /** Not in the history, which has `versions`. */
  | { code: 'unknown-version'; given: string; versions: string[] };

/** The same `Idempotency-Key` with other bytes or another crop. */
export type RepeatRefusal = { code: 'other-upload' };

/** An administrator has locked the user's photo; `reason` is theirs. */
type LockRefusal = { code: 'photo-locked'; reason: string };

/** Request headers. */
export type HeaderRefusal =
  | { code: 'bad-wait'; given: string; maxSeconds: number }
  | { code: 'bad-idempotency-key'; characters: number; maxCharacters: number };
