import { describe, expect, test } from '@jest/globals';
import type { UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { inspect } from '../../lambdas/image/inspect.ts';
import { gif, jpeg, photoLike, png } from '../pictures.ts';

const any: UploadPolicy = { maxBytes: 10_000_000, maxFrames: 500, frame: 'whole' };

describe('truncated anywhere', () => {
  test.each<[string, () => Promise<Buffer>]>([
    ['JPEG', () => jpeg({ width: 120, height: 90 })],
    ['progressive JPEG', () => jpeg({ width: 120, height: 90, progressive: true })],
    ['PNG', () => png({ width: 60, height: 40 })],
    ['interlaced PNG', () => png({ width: 60, height: 40, interlaced: true })],
    ['palette PNG', () => png({ width: 60, height: 40, palette: true })],
    ['GIF', () => gif({ width: 120, height: 90 })],
    ['animated GIF', () => gif({ frames: [photoLike(60, 40), photoLike(60, 40, 2), photoLike(60, 40, 3)] })],
  ])('%s', async (_, make) => {
    const file = await make();
    expect(await inspect(file, any)).toMatchObject({ ok: true });
    for (const cut of cuts(file.length)) {
      const result = await inspect(file.subarray(0, file.length - cut), any);
      expect({ cut, ...result }).toMatchObject({ cut, ok: false, refusal: { code: 'corrupt-image' } });
    }
  });
});

/** Every one of the last bytes, then in growing steps, while the first 20 bytes are left. */
function cuts(length: number): number[] {
  const found: number[] = [];
  for (let cut = 1; cut <= length - 20; cut = cut < 20 ? cut + 1 : Math.ceil(cut * 1.4)) found.push(cut);
  return found;
}
