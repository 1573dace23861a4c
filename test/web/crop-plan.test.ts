import { describe, expect, test } from '@jest/globals';
import { planCrop, planWhole } from '../../web/crop-plan.ts';

const SIDES = { minSidePx: 512, maxSidePx: 1024 };
const LANDSCAPE = { widthPx: 6000, heightPx: 4000 };

describe('what is sent of a photo', () => {
  test('a large square is cut out and scaled down to the largest side', () => {
    // 2000 of the photo's pixels become 1024.
    expect(planCrop(LANDSCAPE, { x: 3000, y: 1000, side: 2000 }, SIDES)).toEqual({
      region: { x: 3000, y: 1000, width: 2000, height: 2000 },
      size: { widthPx: 1024, heightPx: 1024 },
      place: { x: 0, y: 0, width: 1024, height: 1024 },
      crop: { x: 0, y: 0, side: 1024 },
    });
  });

  test('a square within the limits keeps its pixels', () => {
    expect(planCrop(LANDSCAPE, { x: 10, y: 20, side: 700 }, SIDES)).toMatchObject({
      region: { x: 10, y: 20, width: 700, height: 700 },
      size: { widthPx: 700, heightPx: 700 },
      crop: { x: 0, y: 0, side: 700 },
    });
  });

  test('a small square brings its surroundings, and a crop box that leaves them out', () => {
    // 512 - 300 = 212 more, half of it before: 1000 - 106 = 894.
    expect(planCrop(LANDSCAPE, { x: 1000, y: 1000, side: 300 }, SIDES)).toMatchObject({
      region: { x: 894, y: 894, width: 512, height: 512 },
      size: { widthPx: 512, heightPx: 512 },
      crop: { x: 106, y: 106, side: 300 },
    });
  });

  test.each([
    [0, 0, { x: 0, y: 0 }],
    // In the far corner: 6000 - 512 and 4000 - 512.
    [5700, 3700, { x: 5488, y: 3488 }],
  ])('a small square in the corner %i, %i has its surroundings on one side', (x, y, region) => {
    const plan = planCrop(LANDSCAPE, { x, y, side: 300 }, SIDES);
    expect(plan.region).toEqual({ ...region, width: 512, height: 512 });
    expect(plan.crop).toEqual({ x: x - region.x, y: y - region.y, side: 300 });
  });

  test('a photo that is too small goes as it is, for the service to say so', () => {
    expect(planCrop({ widthPx: 400, heightPx: 300 }, { x: 50, y: 0, side: 300 }, SIDES)).toMatchObject({
      region: { x: 0, y: 0, width: 400, height: 300 },
      size: { widthPx: 400, heightPx: 300 },
      crop: { x: 50, y: 0, side: 300 },
    });
  });

  test('the whole photo is scaled by its longer side, in the middle of a square, and has no crop box', () => {
    // 4000 × 1024 / 6000 = 682.67; (1024 - 683) / 2 = 170.5 above.
    expect(planWhole(LANDSCAPE, SIDES)).toEqual({
      region: { x: 0, y: 0, width: 6000, height: 4000 },
      size: { widthPx: 1024, heightPx: 1024 },
      place: { x: 0, y: 170, width: 1024, height: 683 },
      crop: undefined,
    });
  });

  test('a photo that stands has its bars at its sides', () => {
    // 1500 × 1024 / 6000 = 256; (1024 - 256) / 2 = 384.
    expect(planWhole({ widthPx: 1500, heightPx: 6000 }, SIDES)).toMatchObject({
      size: { widthPx: 1024, heightPx: 1024 },
      place: { x: 384, y: 0, width: 256, height: 1024 },
    });
  });

  test('nothing is enlarged', () => {
    expect(planWhole({ widthPx: 400, heightPx: 200 }, SIDES).size).toEqual({ widthPx: 400, heightPx: 400 });
  });
});
