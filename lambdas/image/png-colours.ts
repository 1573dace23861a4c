import { inflateSync } from 'node:zlib';
import { cicpSpace } from './cicp.ts';
import { type Chromaticity, matrixToSrgb, powerCurve, type SourceColours } from './colour-space.ts';
import { readIccProfile } from './icc-profile.ts';
import { chunkType, ICCP, IDAT, isSound, type PngChunk, pngChunks } from './png-chunks.ts';

/**
 * Reads the four ways in which a PNG declares its colours, in the specification's order: cICP, iCCP, sRGB, gAMA with
 * cHRM. One that is damaged or meaningless is ignored. Source: PNG (third edition), sections 4.3, 11.3.2, 12.1.
 */
export function pngColours(bytes: Uint8Array): SourceColours {
  const chunks = describing(bytes);
  const content = (type: number): Uint8Array | undefined => {
    const chunk = chunks.get(type);
    return chunk && isSound(bytes, chunk) ? bytes.subarray(chunk.start, chunk.end) : undefined;
  };
  const cicp = content(CICP);
  const named = cicp && cicpSpace(cicp);
  if (named !== undefined) return named;
  const iccp = content(ICCP);
  const profiled = iccp && profileColours(iccp, bytes[DEPTH_AT] === 16, ((bytes[COLOUR_TYPE_AT] ?? 0) & 2) === 0);
  if (profiled !== undefined) return profiled;
  const srgb = content(SRGB);
  if (srgb?.length === 1 && (srgb[0] ?? 0) <= MAX_INTENT) return 'srgb';
  return gammaColours(content(GAMA), content(CHRM));
}

const DEPTH_AT = 24;
const COLOUR_TYPE_AT = 25;
const CICP = chunkType('cICP');
const SRGB = chunkType('sRGB');
const GAMA = chunkType('gAMA');
const CHRM = chunkType('cHRM');
const WANTED = new Set([CICP, ICCP, SRGB, GAMA, CHRM]);
const MAX_INTENT = 3;

/** The first of each kind before the pixels. */
function describing(bytes: Uint8Array): Map<number, PngChunk> {
  const found = new Map<number, PngChunk>();
  for (const chunk of pngChunks(bytes)) {
    if (chunk.type === IDAT) break;
    if (WANTED.has(chunk.type) && !found.has(chunk.type)) found.set(chunk.type, chunk);
  }
  return found;
}

/** Far larger than any profile for three colours. */
const MAX_PROFILE_BYTES = 4_000_000;

/**
 * libvips applies a profile for colours in 8 bits. We apply the others: sharp leaves 16-bit colours in Display P3 and
 * 16-bit greys as they are, and libpng drops a colour profile in a grey picture, of which only the curve counts.
 */
function profileColours(content: Uint8Array, isDeep: boolean, isGrey: boolean): SourceColours | undefined {
  const profile = unpackProfile(content);
  const read = profile && readIccProfile(profile);
  if (read === undefined) return undefined;
  if (!isGrey && read.kind === 'grey') return 'srgb';
  const isApplied = read.kind === (isGrey ? 'grey' : 'RGB');
  if (read.space === 'tables') return isApplied ? 'profile' : 'srgb';
  if (!isDeep && !isGrey) return 'profile';
  const { curves, toSrgb } = read.space;
  return isGrey ? { curves: [curves[1], curves[1], curves[1]] } : { curves, toSrgb };
}

/** A name of 1 to 79 bytes, 0, method 0, and the deflated profile. */
function unpackProfile(content: Uint8Array): Uint8Array | undefined {
  const nameEnd = content.indexOf(0);
  if (nameEnd < 1 || nameEnd > 79 || content[nameEnd + 1] !== 0) return undefined;
  try {
    return inflateSync(content.subarray(nameEnd + 2), { maxOutputLength: MAX_PROFILE_BYTES });
  } catch {
    return undefined;
  }
}

/** "Gamma of 1/2.2" without primaries usually stands for sRGB. Browsers read it like this. */
const SRGB_GAMMA = 45_455;

function gammaColours(gama: Uint8Array | undefined, chrm: Uint8Array | undefined): SourceColours {
  const gamma = gama?.length === 4 ? uint32(gama, 0) : 0;
  if (gamma === 0) return 'srgb';
  const points = chrm?.length === 32 ? pointsOf(chrm) : undefined;
  const toSrgb = points && matrixToSrgb([points[1], points[2], points[3]], points[0]);
  if (toSrgb === undefined && gamma === SRGB_GAMMA) return 'srgb';
  const curve = powerCurve(100_000 / gamma);
  return { curves: [curve, curve, curve], toSrgb };
}

const uint32 = (bytes: Uint8Array, at: number): number => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

/** White, red, green, blue. */
function pointsOf(chrm: Uint8Array): [Chromaticity, Chromaticity, Chromaticity, Chromaticity] {
  const point = (index: number): Chromaticity => [
    uint32(chrm, 8 * index) / 100_000,
    uint32(chrm, 8 * index + 4) / 100_000,
  ];
  return [point(0), point(1), point(2), point(3)];
}
