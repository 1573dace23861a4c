import type { SourceFormat } from '../../lambdas/core/photo.ts';
import { heicFile, hevc } from '../heic/heic-files.ts';
import { gridItems, heifFile } from '../heif-file.ts';
import { avifOf, gif, jpeg, paint, photoLike, png, webpOf } from '../pictures.ts';

/** A file of each format small enough for every one of its bits to be turned over: 150 to 350 bytes. */
export const SMALL: Record<SourceFormat, () => Promise<Buffer>> = {
  jpeg: () => jpeg({ picture: photoLike(8, 8), quality: 20, grey: true }),
  png: () => png({ picture: paint(6, 5, (x, y) => [x * 40, y * 50, 99, 255 - x * 9], 4), palette: false }),
  gif: () => gif({ picture: paint(6, 5, (x, y) => ((x + y) % 2 ? [200, 30, 30] : [30, 30, 200])) }),
  webp: () => webpOf(paint(6, 5, (x, y) => [x * 40, y * 50, 99, 255 - x * 9], 4)),
  avif: () => avifOf(paint(6, 5, (x, y) => [x * 40, y * 50, 99])),
  heic: async () => heicFile('quadrants'),
};

/** Files to be cut at every 64th byte; one for each way in which a format lays out its pixels. */
export const TO_CUT: Record<SourceFormat, Record<string, () => Promise<Buffer>>> = {
  jpeg: {
    baseline: () => jpeg({ width: 90, height: 60 }),
    progressive: () => jpeg({ width: 90, height: 60, progressive: true, orientation: 6 }),
    CMYK: () => jpeg({ width: 60, height: 40, cmyk: true }),
  },
  png: {
    RGB: () => png({ width: 60, height: 40 }),
    interlaced: () => png({ width: 60, height: 40, interlaced: true }),
    palette: () => png({ width: 60, height: 40, palette: true }),
    '16 bits': () => png({ width: 40, height: 30, bits16: true, alpha: true }),
  },
  gif: {
    still: () => gif({ width: 90, height: 60 }),
    animated: () => gif({ frames: [photoLike(40, 30), photoLike(40, 30, 2), photoLike(40, 30, 3)] }),
  },
  webp: {
    lossy: () => webpOf(photoLike(90, 60)),
    lossless: () => webpOf(photoLike(40, 30), { lossless: true }),
    'with alpha': () => webpOf(paint(90, 60, (x, y) => [x, y, 99, 2 * x], 4)),
    animated: () => webpOf([photoLike(40, 30), photoLike(40, 30, 2)]),
  },
  avif: {
    '8 bits': () => avifOf(photoLike(90, 60)),
    '10 bits': () => avifOf(photoLike(90, 60), { bitdepth: 10 }),
    'with alpha': () => avifOf(paint(90, 60, (x, y) => [x, y, 99, 2 * x], 4)),
  },
  heic: {
    '8 bits': async () => heicFile('quadrants'),
    'with alpha': async () => heicFile('with-alpha'),
    'a grid': async () =>
      heifFile('heic', gridItems('hvc1', [hevc('red')], { rows: 2, columns: 2, widthPx: 100, heightPx: 100 })),
  },
};
