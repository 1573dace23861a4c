import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { renditionsOf } from '../../lambdas/image/renditions.ts';
import { hairLike, photoLike, type RawPicture } from '../pictures.ts';
import { areaAverage, dissimilarity } from './dissimilarity.ts';

/** The small sizes, compared with exact averages of light made in JavaScript. docs/image.md has the figures. */
const SIDES_PX = [24, 32, 48, 72, 73, 192];
const sizes = [...SIDES_PX, 400, 1024].map((sidePx) => ({ widthPx: sidePx, heightPx: sidePx }));

describe.each([
  ['a photo', () => photoLike(1024, 1024)],
  ['hair', () => hairLike(1024)],
])('%s', (_, make) => {
  let source: RawPicture;
  beforeAll(() => {
    source = make();
  });

  test.each(SIDES_PX)('%i pixels: at least as good as what sharp makes by itself', async (sidePx) => {
    const { data, width, height, channels } = source;
    const reference = areaAverage(source, sidePx);
    const master = { data, widthPx: width, heightPx: height, channels };
    const made = await renditionsOf(master, sizes).pixels({ widthPx: sidePx, heightPx: sidePx });
    const plain = await sharp(data, { raw: { width, height, channels } }).resize(sidePx, sidePx).raw().toBuffer();
    const picture = (bytes: Buffer): RawPicture => ({ data: bytes, width: sidePx, height: sidePx, channels: 3 });
    const ours = dissimilarity(picture(made.data), reference);
    expect(ours).toBeLessThanOrEqual(dissimilarity(picture(plain), reference));
  });
});

test('the measure tells pictures apart', () => {
  const [one, other] = [photoLike(64, 64, 1), photoLike(64, 64, 2)];
  expect(dissimilarity(one, one)).toBe(0);
  expect(dissimilarity(one, other)).toBeGreaterThan(1000);
});
