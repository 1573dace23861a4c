import { describe, expect, test } from '@jest/globals';
import { dominantColour } from '../../lambdas/image/placeholder.ts';
import { thumbhash } from '../../lambdas/image/thumbhash.ts';
import { type Colour, jpeg, paint, photoLike, png, quadrants, type RawPicture, RED, solid } from '../pictures.ts';
import { boxed, rendered } from './rendered.ts';

const pixels = ({ data, width, height, channels }: RawPicture) => ({
  data,
  widthPx: width,
  heightPx: height,
  channels,
});

describe('thumbhash', () => {
  // Made from these pixels by the format's reference implementation (npm thumbhash 0.1.1, MIT).
  test.each<[string, RawPicture, string]>([
    ['quarters', quadrants(4, 2), 'WhkKhJ5yenXAWKiHeD9w3PiIjQ=='],
    ['a square', photoLike(72, 72, 3), 'nRUKJxJAhXdxiId0iXd4h3iHaAdHgI4H'],
    ['a landscape', photoLike(90, 40, 5), 'G4UJK5ImhHdwiGiHTXBW+Hc='],
    ['a portrait', photoLike(30, 72, 6), '3wYKOxJycEiHeod4dXAE+Hg='],
    ['one pixel', solid(1, 1, [255, 0, 0]), '1fsrB38I9wiIh4hwj3CI+AiIgIAICIgA'],
    ['nothing to see', solid(8, 8, [9, 9, 9, 0]), 'AAiCBQAAAAAAAAAAAAAAAAAAAAAAAAAAAA=='],
  ])('%s', (_, picture, expected) => {
    expect(thumbhash(pixels(picture))).toBe(expected);
  });

  test('more than 100 pixels a side are our fault', () => {
    expect(() => thumbhash(pixels(solid(101, 1, RED)))).toThrow(RangeError);
  });
});

describe('the dominant colour', () => {
  const stripes = (x: number): Colour => (x < 6 ? [200, 10, 10] : [10, 10, 200]);
  test.each<[string, RawPicture, string | undefined]>([
    ['of six columns of ten', paint(10, 4, stripes), '#c80a0a'],
    [
      'by alpha: what is see-through counts less',
      paint(10, 4, (x) => (x < 6 ? [200, 10, 10, 100] : [10, 10, 200, 255]), 4),
      '#0a0ac8',
    ],
    ['the mean of its box', paint(2, 1, (x) => [16 + 2 * x, 32, 48]), '#112030'],
    ['of nothing', solid(4, 4, [1, 2, 3, 0]), undefined],
  ])('%s', (_, picture, expected) => {
    expect(dominantColour(pixels(picture))).toBe(expected);
  });
});

describe('the look of a photo', () => {
  test('is there for each format and shape', async () => {
    for (const file of [await jpeg({ picture: photoLike(600, 400) }), await png({ picture: photoLike(20, 300) })]) {
      const { placeholder } = await rendered(file);
      expect(Buffer.from(placeholder.thumbhash ?? '', 'base64').length).toBeGreaterThan(15);
      expect(placeholder.dominantColour).toMatch(/^#[0-9a-f]{6}$/);
    }
  });

  test("a letterbox's bars are not the picture's colour", async () => {
    // 100 × 30: more than two thirds of the square are bars.
    const { placeholder } = await rendered(await png({ picture: solid(100, 30, [230, 20, 20]) }), { policy: boxed });
    // The kernel overshoots at the bars: a step brighter there is right.
    expect(['#e61414', '#e71414']).toContain(placeholder.dominantColour);
  });

  test('of a picture without anything to see there is no colour', async () => {
    expect(
      (await rendered(await png({ picture: solid(60, 60, [1, 2, 3, 0]) }))).placeholder.dominantColour,
    ).toBeUndefined();
  });
});
