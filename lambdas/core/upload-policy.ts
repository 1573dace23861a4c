import { type CropMode, FORMATS } from './photo.ts';
import { SOURCE_FORMATS, type SourceFormat } from './source-format.ts';

/**
 * The limits of each source, as data. Numbers have their unit in the name and their source beside them.
 */
export interface UploadPolicy {
  /** What is taken, by the bytes. */
  formats: readonly SourceFormat[];
  /** The whole encoded file. */
  maxBytes: number;
  /** The same, of a file that a ticket lets go straight to S3; absent where there are no tickets. */
  maxTicketBytes?: number;
  /** Either side of the upright picture; absent where any will do, up to `MAX_SIDE_PX`. */
  minSidePx?: number;
  maxSidePx?: number;
  /** Frames of an animation, counted from its blocks, not decoded. */
  maxFrames: number;
  /** What becomes of a picture that is not square and has no crop box: bars around it, or its own shape. */
  frame: 'letterbox' | 'whole';
  /** Where the squares of one that keeps its shape are laid unless the caller says; in its middle when absent. */
  crop?: CropMode;
}

export type Source = 'slack' | 'twitter' | 'v1' | 'import';

/** What API Gateway can carry to a function: Lambda takes 6 MB, and a body arrives in base64. */
export const MAX_BODY_BYTES = 4_500_000;

/** The largest file that goes past the gateway, straight to S3. Ours: what a camera writes. */
export const MAX_STORED_BYTES = 25_000_000;

/**
 * Bounds for every source, taken from the header before any decode. sharp's own defaults are not relied on:
 * 35 bytes of GIF can claim 1.2 GB.
 */
export const MAX_PIXELS = 50_000_000;
/** Of a HEIC, whose decoder takes 30 times as long as JPEG's: 24 megapixels, which iPhones write, in tiles that reach out to 28. */
export const MAX_HEIC_PIXELS = 30_000_000;
/** Ours. A row is held in many copies while it is made narrower: a PNG of 12,500,000 × 3 pixels took 4 GB, the same number of pixels in a square 150 MB. */
export const MAX_SIDE_PX = 16_384;
/** width × height × channels × bytes a sample; twice that for what a decoder holds whole: progressive, interlaced, WebP, AVIF. */
export const MAX_WORKING_BYTES = 150_000_000;

export const UPLOAD_POLICIES = {
  /** Slack's page: at least 512×512, at most 1024×1024, JPEG, GIF or PNG. Bytes and frames: the page gives no number; ours. */
  slack: {
    formats: FORMATS,
    maxBytes: MAX_BODY_BYTES,
    minSidePx: 512,
    maxSidePx: 1024,
    maxFrames: 500,
    frame: 'letterbox',
  },
  /** Twitter's page: "less than 700 kilobytes", read as 700 × 1024 as tweepy does; so 716,799 is the largest. */
  twitter: { formats: FORMATS, maxBytes: 716_799, maxFrames: 10_000, frame: 'whole' },
  /** Our own: what the gateway carries, or what a ticket does; any side. */
  v1: {
    formats: SOURCE_FORMATS,
    maxBytes: MAX_BODY_BYTES,
    maxTicketBytes: MAX_STORED_BYTES,
    maxFrames: 10_000,
    frame: 'whole',
    crop: 'auto',
  },
  /** Imports come by S3, so no gateway bounds them: as large as what comes by ticket. */
  import: { formats: SOURCE_FORMATS, maxBytes: MAX_STORED_BYTES, maxFrames: 10_000, frame: 'whole', crop: 'auto' },
} as const satisfies Record<Source, UploadPolicy>;

/** The limits of a source for a file that came past the gateway: as a ticket has them, where there are any. */
export const storedFilePolicy = (policy: UploadPolicy): UploadPolicy =>
  policy.maxTicketBytes === undefined ? policy : { ...policy, maxBytes: policy.maxTicketBytes };
