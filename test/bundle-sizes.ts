import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bundles } from '../infra/bundles.ts';

/** `zippedBytes` are gzip's: about what is uploaded, and fetched at a cold start. */
export type BundleSizes = Record<string, { bytes: number; zippedBytes: number }>;

/** Sizes of all deployed code: each function's folder, the layer, the page, the edge function. */
export function bundleSizes({ edgeScript, ...folders }: Bundles): BundleSizes {
  const sizes = Object.entries(folders).map(([name, folder]) => [name, folderSize(folder)] as const);
  return { ...Object.fromEntries(sizes), edge: sizeOf(Buffer.from(edgeScript)) };
}

function folderSize(folder: string) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
  const sizes = files.map((file) => sizeOf(readFileSync(file)));
  return {
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    zippedBytes: sizes.reduce((sum, { zippedBytes }) => sum + zippedBytes, 0),
  };
}

const sizeOf = (file: Buffer) => ({ bytes: file.length, zippedBytes: gzipSync(file).length });
