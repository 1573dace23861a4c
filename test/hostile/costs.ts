import type { SourceFormat } from '../../lambdas/core/photo.ts';

/** What the check and all pictures of one file may take, at the most: CPU, and the most memory that its process has held. */
export interface Costs {
  maxMs: number;
  maxMemoryMb: number;
}

/** Of files of up to 25 MB, which the process holds beside their pixels. */
const USUAL: Costs = { maxMs: 2_000, maxMemoryMb: 400 };

export const COSTS: Record<SourceFormat, Costs> = {
  jpeg: USUAL,
  png: USUAL,
  gif: USUAL,
  // Held whole, twice.
  webp: { maxMs: 3_000, maxMemoryMb: 450 },
  // AV1 takes ten times JPEG's time.
  avif: { maxMs: 5_000, maxMemoryMb: 800 },
  heic: { maxMs: 5_000, maxMemoryMb: 800 },
};
