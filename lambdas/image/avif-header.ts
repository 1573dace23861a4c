import { readAv1Sequence } from './av1-sequence.ts';
import type { Header } from './header.ts';
import { readHeif } from './heif-boxes.ts';
import { type HeifPicture, type HeifTile, heifPicture } from './heif-picture.ts';

/** AV1 Image File Format, sections 2.1 and 2.2. */
const AV1 = { itemType: 'av01', configuration: 'av1C' };
/** The layers of one picture: AV1 has two bits for them. */
const MAX_FRAMES_A_TILE = 4;
/** In the third byte of `av1C`: more than 8 bits a sample. */
const HIGH_BIT_DEPTH = 0x40;

/**
 * Reads an AVIF's boxes, and the sequence header of every coded picture that its primary one consists of: a decoder
 * reserves memory for what those say, whatever the boxes say. Undefined if damaged, or if they disagree. The decoder
 * applies turns, mirrors and the aperture; EXIF has no effect.
 */
export function readAvifHeader(bytes: Uint8Array): Header | undefined {
  const picture = avifPicture(bytes);
  if (picture === undefined || !picture.tiles.every(agrees)) return undefined;
  const { widthPx, heightPx, codedPixels, hasAlpha, tiles } = picture;
  const isDeep = tiles.some(({ configuration }) => ((configuration[2] ?? 0) & HIGH_BIT_DEPTH) !== 0);
  return {
    widthPx,
    heightPx,
    codedPixels,
    channels: hasAlpha ? 4 : 3,
    bytesASample: isDeep ? 2 : 1,
    needsFullBuffer: true,
    orientation: 1,
    // The other frames of a sequence are in a track beside the picture.
    frames: 1,
    hasAlpha,
  };
}

export function avifPicture(bytes: Uint8Array): HeifPicture | undefined {
  const heif = readHeif(bytes);
  return heif && heifPicture(heif, AV1);
}

/** The configuration may have units of its own, which come before the data. */
function agrees({ widthPx, heightPx, configuration, data }: HeifTile): boolean {
  const units = Buffer.concat([configuration.subarray(CONFIGURATION_BYTES), data]);
  const sequence = readAv1Sequence(units);
  return (
    sequence !== undefined &&
    sequence.widthPx === widthPx &&
    sequence.heightPx === heightPx &&
    sequence.frames >= 1 &&
    sequence.frames <= MAX_FRAMES_A_TILE
  );
}

const CONFIGURATION_BYTES = 4;
