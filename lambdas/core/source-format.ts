import type { Format } from './photo.ts';

/** What Headshot reads, where a source allows it: what it writes, and what becomes one of that. */
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

/** What a file becomes: what not every client shows becomes a JPEG, or a PNG where there is alpha. */
export const storedFormat = (format: SourceFormat, hasAlpha: boolean): Format =>
  isWritten(format) ? format : hasAlpha ? 'png' : 'jpeg';

/** What else programs call them: old browsers' names, and what people type. */
const ALIASES: Record<string, SourceFormat> = {
  'image/jpg': 'jpeg',
  'image/pjpeg': 'jpeg',
  'image/x-png': 'png',
  'image/heif': 'heic',
};

/** Whether a media type is a format's, in lower case and without parameters. */
export const isTypeOf = (mediaType: string, format: SourceFormat): boolean =>
  mediaType === SOURCE_MEDIA_TYPE[format] || ALIASES[mediaType] === format;
