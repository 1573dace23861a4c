import type { Format } from './photo.ts';

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
