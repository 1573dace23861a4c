import type { Format } from '../core/photo.ts';
import { readGifHeader } from './gif-header.ts';
import type { Header } from './header.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';

/**
 * Reads a picture's header from its bytes alone; undefined when it is damaged. Pure, and takes time linear in the bytes:
 * every step moves forward and no length is believed before it is compared with what is there.
 */
export const readHeader = (bytes: Uint8Array, format: Format): Header | undefined => READERS[format](bytes);

const READERS = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  gif: readGifHeader,
} as const satisfies Record<Format, (bytes: Uint8Array) => Header | undefined>;
