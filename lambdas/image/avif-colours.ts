import { avifPicture } from './avif-header.ts';
import { cicpSpace } from './cicp.ts';
import type { SourceColours } from './colour-space.ts';
import type { Header } from './header.ts';
import type { HeifPicture } from './heif-picture.ts';
import { readIccProfile } from './icc-profile.ts';

/** What the samples mean that libvips makes of an AVIF. It applies a profile to 8 bits; everything else we do. */
export function avifColours(bytes: Uint8Array, { bytesASample }: Pick<Header, 'bytesASample'>): SourceColours {
  const picture = avifPicture(bytes);
  return picture ? heifColours(picture, bytesASample === 2) : 'srgb';
}

/**
 * A profile counts before codes, and what says nothing is sRGB. sharp leaves 16 bits as they are (`png-colours.ts`), and nothing but AVIF's
 * decoder hears codes, of which it takes the matrix alone. Source: ISO/IEC 23000-22 (MIAF), section 7.3.6.4.
 */
function heifColours({ colour: { profile, cicp } }: HeifPicture, isDeep: boolean): SourceColours {
  const read = profile && readIccProfile(profile);
  if (read?.kind === 'RGB') return read.space === 'tables' || !isDeep ? 'profile' : read.space;
  if (cicp === undefined || (cicp.primaries === BT709 && cicp.transfer === SRGB)) return 'srgb';
  return cicpSpace(Uint8Array.of(cicp.primaries, cicp.transfer, 0, 1)) ?? 'srgb';
}

const BT709 = 1;
const SRGB = 13;
