import { expect, test } from '@jest/globals';
import { whyNotTaken } from '../../web/why-not-taken.ts';

const limits = { formats: ['jpeg'], max_bytes: 1, max_pixels: 1, min_side_px: 512, max_side_px: 1024 };

test('a photo below the least side is refused with the figures, whichever side it is, and one of it is not', () => {
  const why = 'This photo has 450 × 600 pixels; at least 512 × 512 are needed.';
  expect(whyNotTaken({ widthPx: 450, heightPx: 600 }, limits)).toBe(why);
  expect(whyNotTaken({ widthPx: 600, heightPx: 511 }, limits)).toMatch(/600 × 511/);
  expect(whyNotTaken({ widthPx: 512, heightPx: 512 }, limits)).toBeUndefined();
});

test('nothing is refused before the limits are known', () => {
  expect(whyNotTaken({ widthPx: 1, heightPx: 1 }, undefined)).toBeUndefined();
});
