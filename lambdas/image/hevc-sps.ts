import type { Size } from '../core/photo.ts';
import { bitReader } from './bit-reader.ts';

/** A sequence parameter set: the picture's size, and the decoded size, which is in whole coding blocks. */
export interface HevcSequence extends Size {
  codedWidthPx: number;
  codedHeightPx: number;
  bitsASample: number;
}

/**
 * The sequence parameter sets of an HEVC picture in HEIF, from its configuration (`hvcC`) and its data. Undefined if
 * there is none, or a damaged one. Source: ISO/IEC 14496-15, section 8.3.3.1; ITU-T H.265, sections 7.3.1 and 7.3.2.2.
 */
export function readHevcSequences(configuration: Uint8Array, data: Uint8Array): HevcSequence[] | undefined {
  if (configuration.length < CONFIGURATION_BYTES) return undefined;
  const lengthBytes = ((configuration[LENGTH_AT] ?? 0) & 3) + 1;
  const units = [...configuredUnits(configuration), ...unitsOf(data, lengthBytes)];
  const found = units.filter((unit) => typeOf(unit) === SEQUENCE_PARAMETERS).map(readSequence);
  return found.length > 0 && found.every((one) => one !== undefined) ? found : undefined;
}

const LENGTH_AT = 21;
const CONFIGURATION_BYTES = 23;
const SEQUENCE_PARAMETERS = 33;

const typeOf = (unit: Uint8Array): number => ((unit[0] ?? 0) >> 1) & 0x3f;

const uint = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0;
  for (let index = at; index < at + count; index++) value = value * 256 + (bytes[index] ?? 0);
  return value;
};

/** Arrays, one for each type: a byte, a count, and the units, each after its length. */
function* configuredUnits(configuration: Uint8Array): Generator<Uint8Array> {
  let at = CONFIGURATION_BYTES;
  for (let arrays = configuration[CONFIGURATION_BYTES - 1] ?? 0; arrays > 0; arrays--) {
    const count = uint(configuration, at + 1, 2);
    at += 3;
    for (let left = count; left > 0 && at < configuration.length; left--) {
      const length = uint(configuration, at, 2);
      yield configuration.subarray(at + 2, at + 2 + length);
      at += 2 + length;
    }
  }
}

function* unitsOf(data: Uint8Array, lengthBytes: number): Generator<Uint8Array> {
  for (let at = 0; at + lengthBytes < data.length; ) {
    const length = uint(data, at, lengthBytes);
    at += lengthBytes;
    yield data.subarray(at, at + length);
    at += length;
  }
}

/** Nothing that we need comes later in a unit. */
const MAX_SEQUENCE_BYTES = 256;
const MAX_SIDE_PX = 65_535;

function readSequence(unit: Uint8Array): HevcSequence | undefined {
  const { bits, flag, exponential, isWithin } = bitReader(unescaped(unit.subarray(2, MAX_SEQUENCE_BYTES)));
  bits(4);
  const subLayers = bits(3);
  flag();
  skipProfile(bits, flag, subLayers);
  exponential();
  const chroma = exponential();
  if (chroma === 3) flag();
  const [codedWidthPx, codedHeightPx] = [exponential(), exponential()];
  const [left, right, top, bottom] = flag()
    ? [exponential(), exponential(), exponential(), exponential()]
    : [0, 0, 0, 0];
  const bitsASample = 8 + Math.max(exponential(), exponential());
  // The window is in samples of colour, of which there are half as many if they are subsampled.
  const [across, down] = [chroma === 1 || chroma === 2 ? 2 : 1, chroma === 1 ? 2 : 1];
  const widthPx = codedWidthPx - across * (left + right);
  const heightPx = codedHeightPx - down * (top + bottom);
  const isSane = isWithin() && codedWidthPx <= MAX_SIDE_PX && codedHeightPx <= MAX_SIDE_PX && bitsASample <= 16;
  return isSane && widthPx > 0 && heightPx > 0
    ? { widthPx, heightPx, codedWidthPx, codedHeightPx, bitsASample }
    : undefined;
}

/** profile_tier_level: 96 bits, then for each sub-layer whether 88 and 8 bits follow. */
function skipProfile(bits: (count: number) => number, flag: () => boolean, subLayers: number): void {
  bits(96);
  const present = Array.from({ length: subLayers }, () => [flag(), flag()] as const);
  if (subLayers > 0) bits(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of present) bits((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}

/** Removes each 3 that keeps two zeros from looking like a start code. */
function unescaped(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, index) => !(byte === 3 && index >= 2 && bytes[index - 1] === 0 && bytes[index - 2] === 0));
}
