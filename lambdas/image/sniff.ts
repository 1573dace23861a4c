import type { SourceFormat } from '../core/photo.ts';

/** The format by the first bytes; undefined if it is not one of ours. File names and media types do not count. */
export function sniff(bytes: Uint8Array): SourceFormat | undefined {
  const found = OURS.find(({ starts }) => starts.some((start) => hasAt(bytes, 0, start)))?.format;
  if (found !== undefined) return found;
  if (hasAt(bytes, 0, 'RIFF') && hasAt(bytes, 8, 'WEBP')) return 'webp';
  return heifFormat(bytes);
}

/**
 * What a refused file seems to be, for the message: `svg`, `heic`, `webp`, `pdf`, …; undefined if the first bytes say
 * nothing. A guess for people. Nothing depends on it.
 */
export function looksLike(bytes: Uint8Array): string | undefined {
  return FOREIGN.find(({ at = 0, start }) => hasAt(bytes, at, start))?.name ?? looksLikeText(bytes);
}

const OURS: { format: SourceFormat; starts: string[] }[] = [
  { format: 'jpeg', starts: ['\xff\xd8\xff'] },
  { format: 'png', starts: ['\x89PNG\r\n\x1a\n'] },
  { format: 'gif', starts: ['GIF87a', 'GIF89a'] },
];

/**
 * The content of a HEIF is in its brands: the first one, which the writer chose, counts before the compatible ones.
 * Source: ISO/IEC 14496-12, section 4.3; ISO/IEC 23008-12, annex B; AV1 Image File Format, section 6.
 */
function heifFormat(bytes: Uint8Array): SourceFormat | undefined {
  if (!hasAt(bytes, 4, 'ftyp')) return undefined;
  const end = Math.min(bytes.length, ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), MAX_BRANDS_END);
  // A version comes between the first brand and the others.
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    const brand = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (BRANDS[brand] !== undefined) return BRANDS[brand];
  }
  return undefined;
}

const MAX_BRANDS_END = 256;
const BRANDS: Record<string, SourceFormat> = {
  avif: 'avif',
  avis: 'avif',
  heic: 'heic',
  heix: 'heic',
  heim: 'heic',
  heis: 'heic',
  hevc: 'heic',
  hevx: 'heic',
};

/** The first match counts. `start` has one byte a character. The sources are the formats' own specifications. */
const FOREIGN: { name: string; at?: number; start: string }[] = [
  { name: 'heic', at: 4, start: 'ftypmif1' },
  { name: 'heic', at: 4, start: 'ftypmsf1' },
  { name: 'video', at: 4, start: 'ftyp' },
  { name: 'jxl', start: '\xff\x0a' },
  { name: 'jxl', start: '\0\0\0\x0cJXL \r\n\x87\n' },
  { name: 'jpeg2000', start: '\0\0\0\x0cjP  \r\n\x87\n' },
  { name: 'tiff', start: 'II*\0' },
  { name: 'tiff', start: 'MM\0*' },
  { name: 'pdf', start: '%PDF-' },
  { name: 'zip', start: 'PK\x03\x04' },
  { name: 'bmp', start: 'BM' },
  { name: 'ico', start: '\0\0\x01\0' },
  { name: 'psd', start: '8BPS' },
];

/** How texts begin, after a byte order mark and white space. */
const TEXTS: { name: string; pattern: RegExp }[] = [
  { name: 'html', pattern: /^<(?:!doctype html|html|head|body)\b/i },
  // A prologue, comments and a document type may come first.
  { name: 'svg', pattern: /^(?=<)[\s\S]*?<svg\b/i },
  { name: 'xml', pattern: /^<\?xml\b/i },
  { name: 'url', pattern: /^(?:https?|data|file):/i },
  { name: 'json', pattern: /^[[{]\s*["[{\]}]/ },
];

/** How much of a text is read: enough for an SVG's preamble, and a bound for the patterns. */
const TEXT_BYTES = 1024;

function looksLikeText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, TEXT_BYTES))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  return TEXTS.find(({ pattern }) => pattern.test(text))?.name;
}

const hasAt = (bytes: Uint8Array, at: number, start: string): boolean =>
  bytes.length >= at + start.length && [...start].every((char, index) => bytes[at + index] === char.charCodeAt(0));
