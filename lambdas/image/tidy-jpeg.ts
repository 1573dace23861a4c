import { hasAllBlocks } from './jpeg-blocks.ts';
import { END, isFrameHeader, nextSegment, SCAN, type Segment } from './jpeg-segments.ts';

interface TidyJpeg {
  bytes: Buffer;
  failOn: 'error' | 'warning';
}

/**
 * Adds the end marker to a JPEG that lacks nothing else. Undefined if the file has its marker, or if more is missing or
 * nobody can tell. libjpeg would make up what is missing, and only warn.
 *
 * A sequential file is read to its last bit. In a progressive one, the scans must have every bit of every coefficient.
 * The decoder finds out whether the last scan is whole, by `failOn: 'warning'`: it reads all scans before the first
 * row, so libvips notices the warning. In arithmetic codes, zeros at the end may be left out, so nobody can tell.
 */
export function tidyJpeg(bytes: Uint8Array): TidyJpeg | undefined {
  // Nearly always true.
  if (bytes[bytes.length - 2] === 0xff && bytes[bytes.length - 1] === END) return undefined;
  const scans = readMarkers(bytes);
  if (scans.isEnded || !scans.isComplete || scans.marker >= FIRST_ARITHMETIC) return undefined;
  const isProgressive = scans.marker === PROGRESSIVE;
  if (!isProgressive && !hasAllBlocks(bytes)) return undefined;
  const end = bytes[bytes.length - 1] === 0xff ? bytes.length - 1 : bytes.length;
  return { bytes: Buffer.concat([bytes.subarray(0, end), MARKER]), failOn: isProgressive ? 'warning' : 'error' };
}

const MARKER = Buffer.from([0xff, END]);
const PROGRESSIVE = 0xc2;
const FIRST_ARITHMETIC = 0xc9;
const COEFFICIENTS = 64;
const NOTHING_YET = 0xff;

interface Scans {
  /** Of the frame header. */
  marker: number;
  /** The end marker is there. What follows it is not part of the picture. */
  isEnded: boolean;
  isComplete: boolean;
}

/** Whether the scans together have every bit of every coefficient of every component, by their headers. */
function readMarkers(bytes: Uint8Array): Scans {
  /** A byte a coefficient: how many of its low bits are missing. */
  const missing = new Map<number, Uint8Array>();
  let frameMarker = 0;
  for (let at = 2; ; ) {
    const segment = nextSegment(bytes, at);
    if (segment === 'end') return { marker: frameMarker, isEnded: true, isComplete: false };
    if (segment === undefined) break;
    const { marker, start, end } = segment;
    if (isFrameHeader(marker)) {
      frameMarker = marker;
      for (let id = start + 6; id + 2 < end; id += 3)
        missing.set(bytes[id] ?? 0, new Uint8Array(COEFFICIENTS).fill(NOTHING_YET));
    } else if (marker === SCAN) takeScan(bytes, segment, missing);
    at = end;
  }
  const isComplete = missing.size > 0 && [...missing.values()].every((bits) => bits.every((left) => left === 0));
  return { marker: frameMarker, isEnded: false, isComplete };
}

/**
 * A scan's header: components (id and tables), first and last coefficient, and in the last byte's low half the missing
 * bits.
 */
function takeScan(bytes: Uint8Array, { start, end }: Segment, missing: Map<number, Uint8Array>): void {
  const count = bytes[start] ?? 0;
  const after = start + 1 + 2 * count;
  if (after + 3 > end) return;
  const [first = 0, last = 0, bits = 0] = bytes.subarray(after, after + 3);
  for (let id = start + 1; id < after; id += 2) missing.get(bytes[id] ?? 0)?.fill(bits & 0x0f, first, last + 1);
}
