import { type CropMode, FORMATS, SOURCE_FORMATS, type SourceFormat } from './photo.ts';

/** The limits of a source. Each number has its origin beside it. */
export interface UploadPolicy {
  /** What is accepted, judged by the bytes. */
  formats: readonly SourceFormat[];
  /** The whole encoded file. */
  maxBytes: number;
  /** The same for a file that comes by ticket; absent where there are no tickets. */
  maxTicketBytes?: number;
  /** Either side of the upright picture; absent if any will do, up to `MAX_SIDE_PX`. */
  minSidePx?: number;
  maxSidePx?: number;
  /** Frames of an animation, counted without decoding. */
  maxFrames: number;
  /** What happens to a picture that is not square and has no crop box: bars are added, or its shape is kept. */
  frame: 'letterbox' | 'whole';
  /** Where squares are cut from a picture that keeps its shape, unless the caller says; the centre if absent. */
  crop?: CropMode;
}

export type Source = 'slack' | 'twitter' | 'v1' | 'import';

/** What API Gateway carries to a function: Lambda takes 6 MB, and the body is in base64. */
export const MAX_BODY_BYTES = 4_500_000;

/** The largest file that goes straight to S3. Ours: cameras write such files. */
export const MAX_STORED_BYTES = 25_000_000;

/**
 * Bounds for every source, checked in the header before decoding. sharp's defaults are not enough: 35 bytes of GIF can
 * claim 1.2 GB.
 */
export const MAX_PIXELS = 50_000_000;
/** HEIC takes 30 times as long to decode as JPEG. iPhones write 24 megapixels, 28 with the margins of its tiles. */
export const MAX_HEIC_PIXELS = 30_000_000;
/**
 * Ours. A row is copied many times while it is made narrower: a PNG of 12,500,000 × 3 pixels took 4 GB, a square one of
 * as many pixels 150 MB.
 */
export const MAX_SIDE_PX = 16_384;
/**
 * width × height × channels × bytes a sample. Twice that if the decoder holds the whole picture: progressive,
 * interlaced, WebP, AVIF.
 */
export const MAX_WORKING_BYTES = 150_000_000;

export const UPLOAD_POLICIES = {
  /** Slack's page: 512×512 to 1024×1024, JPEG, GIF or PNG. It gives no number for bytes and frames; those are ours. */
  slack: {
    formats: FORMATS,
    maxBytes: MAX_BODY_BYTES,
    minSidePx: 512,
    maxSidePx: 1024,
    maxFrames: 500,
    frame: 'letterbox',
  },
  /** Twitter's page: "less than 700 kilobytes". tweepy reads that as 700 × 1024, so 716,799 is the largest. */
  twitter: { formats: FORMATS, maxBytes: 716_799, maxFrames: 10_000, frame: 'whole' },
  /** Ours: what the gateway or a ticket can carry. */
  v1: {
    formats: SOURCE_FORMATS,
    maxBytes: MAX_BODY_BYTES,
    maxTicketBytes: MAX_STORED_BYTES,
    maxFrames: 10_000,
    frame: 'whole',
    crop: 'auto',
  },
  /** Files of imports do not pass the gateway: as large as those that come by ticket. */
  import: { formats: SOURCE_FORMATS, maxBytes: MAX_STORED_BYTES, maxFrames: 10_000, frame: 'whole', crop: 'auto' },
} as const satisfies Record<Source, UploadPolicy>;

/** A source's policy for a file that did not pass the gateway. */
export const storedFilePolicy = (policy: UploadPolicy): UploadPolicy =>
  policy.maxTicketBytes === undefined ? policy : { ...policy, maxBytes: policy.maxTicketBytes };
