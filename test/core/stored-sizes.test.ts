import { expect, test } from '@jest/globals';
import { ALL_SIZE_SETS, type SizeSet, storedSizes } from '../../lambdas/core/stored-sizes.ts';

test.each<[width: number, height: number, sets: readonly SizeSet[], names: string]>([
  [1024, 1024, ALL_SIZE_SETS, '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 1024x1024'],
  // No square is larger than the shorter side. A width of 1000 becomes Twitter's 400: 600 × 400 / 1000 = 240.
  [1000, 600, ALL_SIZE_SETS, '24x24 32x32 48x48 72x72 73x73 192x192 400x400 512x512 600x600 400x240 1000x600'],
  [30, 50, ALL_SIZE_SETS, '24x24 30x30 30x50'],
  [1024, 1024, ['slack'], '24x24 32x32 48x48 72x72 192x192 512x512 1024x1024'],
  [1024, 1024, ['twitter'], '24x24 48x48 73x73 400x400 1024x1024'],
])('a master of %i×%i, for %j', (widthPx, heightPx, sets, names) => {
  const sizes = storedSizes({ widthPx, heightPx }, sets);
  expect(sizes.map((size) => `${size.widthPx}x${size.heightPx}`).join(' ')).toBe(names);
});
