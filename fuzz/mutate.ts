import { crc32 } from 'node:zlib';
import type { Random } from './random.ts';

/**
 * Makes one to four changes to a file, of kinds that break decoders. A PNG's checksums are mostly corrected afterwards.
 */
export function mutate(file: Buffer, other: Buffer, random: Random): Buffer {
  let changed: Buffer = Buffer.from(file);
  for (let count = 1 + random.below(4); count > 0 && changed.length > 0; count--)
    changed = random.pick(CHANGES)(changed, other, random);
  return random.below(10) > 0 ? withRightChecksums(changed) : changed;
}

type Change = (file: Buffer, other: Buffer, random: Random) => Buffer;

/** Values at the limits of arithmetic. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0xfe];

const CHANGES: Change[] = [
  function turnABit(file, _, random) {
    const at = random.below(file.length);
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
    return file;
  },
  function setAByte(file, _, random) {
    file[random.below(file.length)] = random.below(256);
    return file;
  },
  function setAnEdge(file, _, random) {
    file[random.below(file.length)] = random.pick(EDGES);
    return file;
  },
  function setANumber(file, _, random) {
    const at = random.below(file.length);
    Buffer.alloc(4, random.pick(EDGES)).copy(file, at, 0, 1 + random.below(4));
    return file;
  },
  /** Headers are at the front, and only a small part of a file. */
  function setAByteOfTheHeader(file, _, random) {
    file[random.below(Math.min(64, file.length))] = random.pick([...EDGES, random.below(256)]);
    return file;
  },
  function cut(file, _, random) {
    return file.subarray(0, 1 + random.below(file.length));
  },
  function takeOut(file, _, random) {
    const at = random.below(file.length);
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + random.below(64))]);
  },
  function repeat(file, _, random) {
    const at = random.below(file.length);
    const piece = file.subarray(at, at + 1 + random.below(256));
    return Buffer.concat([file.subarray(0, at), ...Array<Buffer>(1 + random.below(20)).fill(piece), file.subarray(at)]);
  },
  function splice(file, other, random) {
    return Buffer.concat([file.subarray(0, random.below(file.length)), other.subarray(random.below(other.length))]);
  },
];

/** Otherwise the same few lines of the decoder would refuse nearly every mutated PNG. */
function withRightChecksums(file: Buffer): Buffer {
  if (file.toString('latin1', 1, 4) !== 'PNG') return file;
  for (let at = 8; at + 12 <= file.length; ) {
    const end = at + 8 + file.readUInt32BE(at);
    if (end + 4 > file.length) break;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return file;
}
