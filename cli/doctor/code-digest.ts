import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '..', '..', 'dist');
const ENTRY = 'index.mjs';

let built: Promise<unknown> | undefined;

/** SHA-256 of a function's code as this checkout builds it. */
export async function localDigest(functionId: string): Promise<string> {
  built ??= import('../../infra/bundles.ts').then(({ bundles }) => bundles());
  await built;
  const folder = functionId.replace(/\B[A-Z]/g, '-$&').toLowerCase();
  return sha256(await readFile(join(DIST, folder, ENTRY)));
}

/** SHA-256 of the code that a function runs. Lambda gives a URL of its zip file, which is valid for ten minutes. */
export async function deployedDigest(location: string): Promise<string> {
  const answer = await fetch(location);
  if (!answer.ok) throw new Error(`the function's code: ${answer.status}`);
  const code = fileInZip(Buffer.from(await answer.arrayBuffer()), ENTRY);
  return code === undefined ? 'no code' : sha256(code);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * PKWARE's APPNOTE 6.3: the end record, 4.3.16; the central directory, 4.3.12; the local header, 4.3.7. Buffer checks
 * the bounds.
 */
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const END_BYTES = 22;

/** A file in a zip archive; undefined when it has none of that name. */
export function fileInZip(zip: Buffer, name: string): Buffer | undefined {
  let end = zip.length - END_BYTES;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error('this is no zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0 && zip.readUInt32LE(at) === CENTRAL; count--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameBytes) === name) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(from, from + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}
