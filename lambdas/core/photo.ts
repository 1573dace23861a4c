/** The nouns of a picture. Pixels are those of the upright picture (EXIF orientation applied) unless said otherwise. */

/** What Headshot stores. A GIF is stored as its first frame. */
export const FORMATS = ['jpeg', 'png', 'gif'] as const;
export type Format = (typeof FORMATS)[number];

/** File name extension and media type of each format, as in photo URLs and responses. */
export const EXTENSION = { jpeg: 'jpg', png: 'png', gif: 'gif' } as const satisfies Record<Format, string>;
export const MEDIA_TYPE = { jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif' } as const satisfies Record<
  Format,
  string
>;

/** A square crop box: top-left corner and side, in whole pixels. `side` ≥ 1. */
export interface Crop {
  x: number;
  y: number;
  side: number;
}

/** Where a square is cut from a picture that is not square: where most is to be seen, or from the centre. */
export const CROP_MODES = ['auto', 'centre'] as const;
export type CropMode = (typeof CROP_MODES)[number];

/** The crop that a caller asked for. */
export type RequestedCrop = Crop | 'centre';

/** The box that a photo's squares show, in the upright source's pixels, and how it was chosen. */
export interface ChosenCrop extends Crop {
  by: CropMode | 'box';
}

export interface Size {
  widthPx: number;
  heightPx: number;
}

/** A picture that was decoded without a refusal. */
export interface CheckedPicture {
  format: Format;
  /** The size of its master. */
  master: Size;
}

/** What is shown until the photo is loaded. */
export interface Placeholder {
  /** ThumbHash, base64: a blurred likeness in about 25 bytes. Older photos have none. */
  thumbhash?: string;
  /** The most common colour, `#rrggbb`. Absent also if the photo is all transparent. */
  dominantColour?: string;
}

/**
 * A photo as a user's record has it: what its objects' names follow from (`object-keys.ts`), never a URL.
 * `widthPx × heightPx` is the master's size.
 */
export interface Photo extends Size, Placeholder {
  /** First 20 hex digits of SHA-256 of the upload id. Not of the bytes: A, B, A again must not retire the live A. */
  version: string;
  format: Format;
  /** The number of the change that made it: the user's `seq` at that time. */
  number: number;
  /** When it was published, ISO 8601 UTC. */
  publishedAt: string;
  /** Absent for photos with bars, and for older ones. */
  crop?: ChosenCrop;
}

/** What the names of a photo's objects follow from. */
export type NamedPhoto = Pick<Photo, 'version' | 'format' | keyof Size>;

/** A photo whose objects must be deleted. Of old ones only the version is known. */
export type Evicted = NamedPhoto | { version: string };

/** What Headshot reads, where the source allows it. */
export const SOURCE_FORMATS = ['jpeg', 'png', 'gif', 'webp', 'avif', 'heic'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

export const SOURCE_MEDIA_TYPE = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
} as const satisfies Record<SourceFormat, string>;

const isWritten = (format: SourceFormat): format is Format => format === 'jpeg' || format === 'png' || format === 'gif';

/** The format that a file is stored in. Those that not every client shows become JPEG, or PNG if they have alpha. */
export const storedFormat = (format: SourceFormat, hasAlpha: boolean): Format =>
  isWritten(format) ? format : hasAlpha ? 'png' : 'jpeg';

/** Other names for them: old browsers', and what people type. */
const ALIASES: Record<string, SourceFormat> = {
  'image/jpg': 'jpeg',
  'image/pjpeg': 'jpeg',
  'image/x-png': 'png',
  'image/heif': 'heic',
};

/** Whether a media type means a format. In lower case, without parameters. */
export const isTypeOf = (mediaType: string, format: SourceFormat): boolean =>
  mediaType === SOURCE_MEDIA_TYPE[format] || ALIASES[mediaType] === format;
