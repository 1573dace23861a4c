import { crc32 } from 'node:zlib';

/** A PNG's chunk. If the file is cut, its content may end after the file's end. `isWhole` includes the checksum. */
export interface PngChunk {
  /** Four letters as a big-endian number. */
  type: number;
  /** Where its content begins and ends. */
  start: number;
  end: number;
  isWhole: boolean;
}

export const chunkType = (name: string): number => Buffer.from(name, 'latin1').readUInt32BE();

export const IHDR = chunkType('IHDR');
export const PLTE = chunkType('PLTE');
export const IDAT = chunkType('IDAT');
export const IEND = chunkType('IEND');
export const TRNS = chunkType('tRNS');
export const ICCP = chunkType('iCCP');
export const FDAT = chunkType('fdAT');
export const FCTL = chunkType('fcTL');

/** The chunks after the signature, up to IEND or the end of the bytes. Source: PNG (third edition), section 5. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; at + 8 <= bytes.length; ) {
    const type = view.getUint32(at + 4);
    const start = at + 8;
    const end = start + view.getUint32(at);
    at = end + CHECKSUM_BYTES;
    yield { type, start, end, isWhole: at <= bytes.length };
    if (type === IEND) return;
  }
}

export const SIGNATURE_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** Whether the checksum of the chunk's name and content is right. */
export function isSound(bytes: Uint8Array, { start, end, isWhole }: PngChunk): boolean {
  if (!isWhole) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES);
  return view.getUint32(0) === crc32(bytes.subarray(start - 4, end));
}

/** One chunk with its length and checksum. */
export function pngChunkOf(type: number, ...contents: Uint8Array[]): Buffer[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(contents.reduce((sum, { length }) => sum + length, 0));
  head.writeUInt32BE(type, 4);
  const tail = Buffer.alloc(CHECKSUM_BYTES);
  tail.writeUInt32BE(contents.reduce((sum, content) => crc32(content, sum), crc32(head.subarray(4))));
  return [
    head,
    ...contents.map((content) => Buffer.from(content.buffer, content.byteOffset, content.byteLength)),
    tail,
  ];
}
