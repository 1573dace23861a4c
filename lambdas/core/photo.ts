/** The nouns of a picture. Pixels are those of the upright picture (after its EXIF turn), unless said otherwise. */

/** What Headshot reads and writes, by the bytes. A GIF comes out as a static GIF. */
export const FORMATS = ['jpeg', 'png', 'gif'] as const;
export type Format = (typeof FORMATS)[number];

/** File name extension and media type of each format, as they appear in photo URLs and answers. */
export const EXTENSION = { jpeg: 'jpg', png: 'png', gif: 'gif' } as const satisfies Record<Format, string>;
export const MEDIA_TYPE = { jpeg: 'image/jpeg', png: 'image/png', gif: 'image/gif' } as const satisfies Record<
  Format,
  string
>;

/** What else programs call them: old browsers' names, and what people type. */
const ALIASES: Record<string, Format> = { 'image/jpg': 'jpeg', 'image/pjpeg': 'jpeg', 'image/x-png': 'png' };

/** Whether a media type is a format's, in lower case and without parameters. */
export const isTypeOf = (mediaType: string, format: Format): boolean =>
  mediaType === MEDIA_TYPE[format] || ALIASES[mediaType] === format;

/** A square crop box: top-left corner and side, in pixels, integers, `side` ≥ 1. */
export interface Crop {
  x: number;
  y: number;
  side: number;
}

/** How the squares of a picture are laid that is not square: where most is to be seen, or in its middle. */
export const CROP_MODES = ['auto', 'centre'] as const;
export type CropMode = (typeof CROP_MODES)[number];

/** What was asked for with a picture, where anything was. */
export type RequestedCrop = Crop | 'centre';

/** What the squares of a photo show: a box in the upright source's pixels, and who chose it. */
export interface ChosenCrop extends Crop {
  by: CropMode | 'box';
}

export interface Size {
  widthPx: number;
  heightPx: number;
}

/** A picture that was decoded and may become a photo. */
export interface CheckedPicture {
  format: Format;
  /** The size of the master that it becomes. */
  master: Size;
}

/** What stands for a photo until it is loaded. */
export interface Placeholder {
  /** A blurred likeness in some 25 bytes: ThumbHash, base64. Absent of photos made before there were any. */
  thumbhash?: string;
  /** The colour that most of the photo has, `#rrggbb`; absent too where nothing of it can be seen. */
  dominantColour?: string;
}

/**
 * A photo as a user's record holds it: a name and what is needed to spell its objects, never a URL.
 * `widthPx × heightPx` is the master's size; every stored picture's size follows from it (`object-keys.ts`).
 */
export interface Photo extends Size, Placeholder {
  /** First 20 hex digits of SHA-256 of the upload's id: never of the bytes (A, B, A again must not retire the live A). */
  version: string;
  format: Format;
  /** The number of the change that made it (the user's `seq` at the time). */
  number: number;
  /** When it was published, ISO 8601 UTC. */
  publishedAt: string;
  /** Absent of photos with bars, and of those made before it was kept. */
  crop?: ChosenCrop;
}

/** What the names of all of a photo's objects follow from. */
export type NamedPhoto = Pick<Photo, 'version' | 'format' | keyof Size>;

/** A photo whose objects must go. Of one that was retired before its master was kept, the version is all that is known. */
export type Evicted = NamedPhoto | { version: string };
