import { avifPicture } from './avif-header.ts';
import { cicpSpace } from './cicp.ts';
import type { ColourSpace, SourceColours } from './colour-space.ts';
import { heicPicture } from './heic-header.ts';
import type { HeifPicture } from './heif-picture.ts';
import { type IccProfile, readIccProfile } from './icc-profile.ts';

/**
 * How to read the samples that libvips decodes from an AVIF. libvips applies a profile only to 8 bits
 * (`png-colours.ts`). Of the colour codes its decoder uses only the matrix. We do the rest.
 */
export function avifColours(bytes: Uint8Array, isDeep: boolean): SourceColours {
  const picture = avifPicture(bytes);
  const profile = picture && profileOf(picture);
  if (profile) return profile.space === 'tables' || !isDeep ? 'profile' : profile.space;
  return (picture && codedSpace(picture)) ?? 'srgb';
}

/**
 * How to read the samples from the HEIC decoder, which drops profiles; undefined for sRGB, and for a profile of tables.
 */
export function heicColours(bytes: Uint8Array): ColourSpace | undefined {
  const picture = heicPicture(bytes);
  const profile = picture && profileOf(picture);
  if (profile) return profile.space === 'tables' ? undefined : profile.space;
  return picture && codedSpace(picture);
}

/** A profile overrides the codes. Source: ISO/IEC 23000-22 (MIAF), section 7.3.6.4. */
function profileOf({ colour: { profile } }: HeifPicture): IccProfile | undefined {
  const read = profile && readIccProfile(profile);
  return read?.kind === 'RGB' ? read : undefined;
}

/** Undefined for sRGB, and without codes, which means sRGB too. */
function codedSpace({ colour: { cicp } }: HeifPicture): ColourSpace | undefined {
  if (cicp === undefined || (cicp.primaries === BT709 && cicp.transfer === SRGB)) return undefined;
  return cicpSpace(Uint8Array.of(cicp.primaries, cicp.transfer, 0, 1));
}

const BT709 = 1;
const SRGB = 13;
