import type { CropMode } from './photo.ts';

/**
 * The limits of each source, as data. Numbers have their unit in the name and their source beside them.
 */
export interface UploadPolicy {
  /** The whole encoded file. */
  maxBytes: number;
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

/**
 * Bounds for every source, taken from the header before any decode. sharp's own defaults are not relied on:
 * 35 bytes of GIF can claim 1.2 GB.
 */
export const MAX_PIXELS = 50_000_000;
/** Ours. A row is held in many copies while it is made narrower: a PNG of 12,500,000 × 3 pixels took 4 GB, the same number of pixels in a square 150 MB. */
export const MAX_SIDE_PX = 16_384;
/** width × height × channels × bytes a sample; twice that for progressive or interlaced files, which are held whole. */
export const MAX_WORKING_BYTES = 150_000_000;

export const UPLOAD_POLICIES = {
  /** Slack's page: at least 512×512, at most 1024×1024, JPEG, GIF or PNG. Bytes and frames: the page gives no number; ours. */
  slack: { maxBytes: MAX_BODY_BYTES, minSidePx: 512, maxSidePx: 1024, maxFrames: 500, frame: 'letterbox' },
  /** Twitter's page: "less than 700 kilobytes", read as 700 × 1024 as tweepy does; so 716,799 is the largest. */
  twitter: { maxBytes: 716_799, maxFrames: 10_000, frame: 'whole' },
  /** Our own: what the gateway carries; any side. */
  v1: { maxBytes: MAX_BODY_BYTES, maxFrames: 10_000, frame: 'whole', crop: 'auto' },
  /** Imports come by S3, so no gateway bounds them; ours. */
  import: { maxBytes: 10_000_000, maxFrames: 10_000, frame: 'whole', crop: 'auto' },
} as const satisfies Record<Source, UploadPolicy>;
