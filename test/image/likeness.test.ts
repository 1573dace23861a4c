import { describe, expect, test } from '@jest/globals';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import { render } from '../../lambdas/image/render.ts';
import { differenceHash, gif, hammingDistance, jpeg, paint, photoLike, png, type RawPicture } from '../pictures.ts';

/**
 * How many of 64 bits may differ between two hashes. A GIF's palette turns a few nearly equal pairs; chance turns about
 * 32.
 */
const ALIKE_BITS = 8;
const UNRELATED_BITS = 20;

const policy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 1, frame: 'whole' as const };

/**
 * The reference, made without libvips' resampling: each pixel is the plain average of the source pixels that it covers.
 */
function averaged({ data, width }: RawPicture, leftPx: number, sidePx: number, toPx: number): RawPicture {
  const edge = (index: number) => Math.floor((index * sidePx) / toPx);
  return paint(toPx, toPx, (x, y) => {
    let [red, green, blue, count] = [0, 0, 0, 0];
    for (let v = edge(y); v < edge(y + 1); v++)
      for (let u = edge(x); u < edge(x + 1); u++, count++) {
        const at = (v * width + leftPx + u) * 3;
        red += data[at] ?? 0;
        green += data[at + 1] ?? 0;
        blue += data[at + 2] ?? 0;
      }
    return [Math.round(red / count), Math.round(green / count), Math.round(blue / count)];
  });
}

describe('a square looks like the middle of what was sent', () => {
  const source = photoLike(600, 400, 7);
  const other = photoLike(600, 400, 8);

  test.each([
    ['JPEG', () => jpeg({ picture: source })],
    ['PNG', () => png({ picture: source })],
    ['GIF', () => gif({ picture: source })],
  ])('%s', async (_, make) => {
    const result = await render(await make(), { policy, letterboxColour: '#000000' });
    if (!result.ok) throw new Error(result.refusal.code);
    for (const sidePx of [48, 192]) {
      const made = result.value.renditions.find(({ size }) => size.widthPx === sidePx && size.heightPx === sidePx);
      const hash = await differenceHash(made?.bytes ?? Buffer.alloc(0));
      const expected = await differenceHash(await png({ picture: averaged(source, 100, 400, sidePx) }));
      expect(hammingDistance(hash, expected)).toBeLessThanOrEqual(ALIKE_BITS);
      const unrelated = await differenceHash(await png({ picture: averaged(other, 100, 400, sidePx) }));
      expect(hammingDistance(hash, unrelated)).toBeGreaterThan(UNRELATED_BITS);
    }
  });
});
