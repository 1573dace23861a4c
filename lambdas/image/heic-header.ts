import type { Header } from './header.ts';
import { readHeif } from './heif-boxes.ts';
import { type HeifPicture, type HeifTile, heifPicture } from './heif-picture.ts';
import { type HevcSequence, readHevcSequences } from './hevc-sps.ts';

/** ISO/IEC 23008-12, annex B. */
const HEVC = { itemType: 'hvc1', configuration: 'hvcC' };
/** The largest coding block. What is decoded is larger than the picture by less than this. */
const MAX_BLOCK_PX = 64;

/**
 * Reads a HEIC's boxes, and the parameter sets of every coded picture that its primary one consists of, like
 * `readAvifHeader`. Undefined if damaged, or if they disagree. The decoder returns bytes, and its own memory is limited
 * elsewhere (`heic-worker.ts`).
 */
export function readHeicHeader(bytes: Uint8Array): Header | undefined {
  const picture = heicPicture(bytes);
  if (picture === undefined) return undefined;
  const sequences = picture.tiles.map(agreeing);
  if (!sequences.every((found) => found !== undefined)) return undefined;
  const { widthPx, heightPx, codedPixels, hasAlpha } = picture;
  return {
    widthPx,
    heightPx,
    codedPixels,
    channels: hasAlpha ? 4 : 3,
    bytesASample: sequences.flat().some(({ bitsASample }) => bitsASample > 8) ? 2 : 1,
    needsFullBuffer: false,
    orientation: 1,
    frames: 1,
    hasAlpha,
  };
}

export function heicPicture(bytes: Uint8Array): HeifPicture | undefined {
  const heif = readHeif(bytes);
  return heif && heifPicture(heif, HEVC);
}

function agreeing({ widthPx, heightPx, configuration, data }: HeifTile): HevcSequence[] | undefined {
  const sequences = readHevcSequences(configuration, data);
  return sequences?.every(
    (one) =>
      one.widthPx === widthPx &&
      one.heightPx === heightPx &&
      one.codedWidthPx < widthPx + MAX_BLOCK_PX &&
      one.codedHeightPx < heightPx + MAX_BLOCK_PX,
  )
    ? sequences
    : undefined;
}
