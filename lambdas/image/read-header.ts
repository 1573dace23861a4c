import type { SourceFormat } from '../core/photo.ts';
import { readAvifHeader } from './avif-header.ts';
import { readGifHeader } from './gif-header.ts';
import type { Header } from './header.ts';
import { readHeicHeader } from './heic-header.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';
import { readWebpHeader } from './webp-header.ts';

/**
 * Reads a picture's header from its bytes; undefined if damaged. Pure, and linear in time: every step moves forward,
 * and no length is trusted before it is compared with the bytes.
 */
export const readHeader = (bytes: Uint8Array, format: SourceFormat): Header | undefined => READERS[format](bytes);

const READERS = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  gif: readGifHeader,
  webp: readWebpHeader,
  avif: readAvifHeader,
  heic: readHeicHeader,
} as const satisfies Record<SourceFormat, (bytes: Uint8Array) => Header | undefined>;
