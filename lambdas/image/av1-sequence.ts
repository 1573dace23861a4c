import type { Size } from '../core/photo.ts';
import { bitReader } from './bit-reader.ts';

/** What an AV1 bitstream says before its pictures: the largest frame's size, and how many frames follow. */
interface Av1Sequence extends Size {
  frames: number;
}

/**
 * Reads the units of one coded picture. Undefined if damaged, or if two sequence headers disagree: the bounds would be
 * checked on one, and the other decoded. Source: AV1 Bitstream & Decoding Process Specification, sections 5.3 to 5.5.
 */
export function readAv1Sequence(data: Uint8Array): Av1Sequence | undefined {
  let size: Size | undefined;
  let frames = 0;
  for (const { type, content } of units(data)) {
    if (type === SEQUENCE_HEADER) {
      const found = sequenceSize(content);
      if (found === undefined) return undefined;
      if (size && (size.widthPx !== found.widthPx || size.heightPx !== found.heightPx)) return undefined;
      size = found;
    } else if (type === FRAME || type === FRAME_HEADER) frames++;
  }
  return size && { ...size, frames };
}

const SEQUENCE_HEADER = 1;
const FRAME_HEADER = 3;
const FRAME = 6;

/** A header of one or two bytes, then a length. Without a length, a unit reaches to the end. */
function* units(data: Uint8Array): Generator<{ type: number; content: Uint8Array }> {
  for (let at = 0; at < data.length; ) {
    const header = data[at] ?? 0;
    const type = (header >> 3) & 15;
    at += header & 4 ? 2 : 1;
    let length = data.length - at;
    if (header & 2) {
      length = 0;
      for (let index = 0; index < 8; index++) {
        const byte = data[at++] ?? 0;
        length += (byte & 0x7f) * 2 ** (7 * index);
        if (byte < 0x80) break;
      }
    }
    yield { type, content: data.subarray(at, at + length) };
    at += length;
  }
}

/** The frame's size is behind other fields of the sequence header, which have to be read first. */
function sequenceSize(content: Uint8Array): Size | undefined {
  const reader = bitReader(content);
  const { bits, flag, isWithin } = reader;
  bits(3);
  flag();
  if (flag()) bits(5);
  else skipOperatingPoints(reader);
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  const size = { widthPx: bits(widthBits) + 1, heightPx: bits(heightBits) + 1 };
  return isWithin() ? size : undefined;
}

function skipOperatingPoints({ bits, flag, exponential }: ReturnType<typeof bitReader>): void {
  let delayBits: number | undefined;
  if (flag()) {
    bits(32);
    bits(32);
    if (flag()) exponential();
    if (flag()) {
      delayBits = bits(5) + 1;
      bits(32);
      bits(10);
    }
  }
  const hasDisplayDelays = flag();
  for (let left = bits(5) + 1; left > 0; left--) {
    bits(12);
    if (bits(5) > 7) bits(1);
    if (delayBits !== undefined && flag()) {
      bits(delayBits);
      bits(delayBits);
      bits(1);
    }
    if (hasDisplayDelays && flag()) bits(4);
  }
}
