import { ICCP, IDAT, IEND, IHDR, PLTE, type PngChunk, pngChunkOf, SIGNATURE_BYTES, TRNS } from './png-chunks.ts';

/** The chunks that a decoder of pixels needs besides the header. */
export const KEPT = new Set([PLTE, TRNS, ICCP]);

/** A PNG made of a header's content, chunks of another PNG, and the parts of one IDAT. */
export const rebuiltPng = (
  bytes: Uint8Array,
  header: Uint8Array,
  kept: Map<number, PngChunk>,
  data: Uint8Array[],
): Buffer =>
  Buffer.concat([
    bytes.subarray(0, SIGNATURE_BYTES),
    ...pngChunkOf(IHDR, header),
    ...[...kept.values()].flatMap(({ type, start, end }) =>
      pngChunkOf(type, bytes.subarray(start, wholeColours(type, start, end))),
    ),
    ...pngChunkOf(IDAT, ...data),
    ...pngChunkOf(IEND),
  ]);

/** Leaves out the bytes after a palette's last whole colour. */
const wholeColours = (type: number, start: number, end: number): number =>
  type === PLTE ? end - ((end - start) % 3) : end;

/**
 * Joins parts of a file: a view while there is only one, then one copy. Many parts need no more memory than their
 * bytes.
 */
export function joining(bytes: Uint8Array) {
  let only: Uint8Array = new Uint8Array();
  let copy: Buffer | undefined;
  let length = 0;
  return {
    add(start: number, end: number): void {
      const part = bytes.subarray(start, end);
      if (length === 0) only = part;
      else {
        if (copy === undefined) {
          copy = Buffer.allocUnsafe(bytes.length);
          copy.set(only);
        }
        copy.set(part, length);
      }
      length += part.length;
    },
    joined: (): Uint8Array => copy?.subarray(0, length) ?? only,
  };
}
