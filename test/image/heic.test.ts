import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import { UPLOAD_POLICIES, type UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import type { HeicWork } from '../../lambdas/image/heic-worker.ts';
import { inspect } from '../../lambdas/image/inspect.ts';
import { render } from '../../lambdas/image/render.ts';
import { type HeicName, heicFile, hevc, phonePhoto } from '../heic/heic-files.ts';
import {
  ALPHA,
  auxC,
  type CodedPicture,
  clap,
  colr,
  gridItems,
  type HandMadeItem,
  heifFile,
  imir,
  irot,
  itemOf,
} from '../heif-file.ts';
import { exif } from '../picture-parts.ts';
import { BLUE, colourAt, GREEN, isNear, pixelsOf, RED, YELLOW } from '../pictures.ts';
import { DISPLAY_P3, deltaE, iccProfile, inSrgb } from './colour-spaces.ts';
import { fileOf, masterOf, quartersOf, rendered } from './rendered.ts';

const policy: UploadPolicy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 1, frame: 'whole' };
const heic = (...items: HandMadeItem[]) => heifFile('heic', items);
const item = (coded: CodedPicture, ...properties: Buffer[]) => itemOf('hvc1', coded, ...properties);
const quarters = async (file: Buffer) => quartersOf(await masterOf(await rendered(file))).join('');
const refusalOf = async (file: Buffer) => {
  const result = await render(file, { policy, letterboxColour: '#000000' });
  return result.ok ? 'picture' : result.refusal.code;
};

describe('a picture as an encoder writes it', () => {
  test.each<[HeicName, number, number]>([
    ['quadrants', 128, 64],
    ['quadrants-10-bits', 128, 64],
    // A grid of one tile that is larger than the picture.
    ['odd', 67, 33],
  ])('%s becomes a JPEG', async (name, widthPx, heightPx) => {
    const file = heicFile(name);
    expect(await inspect(file, policy)).toMatchObject({
      ok: true,
      value: { format: 'heic', storedFormat: 'jpeg', widthPx, heightPx, hasAlpha: false },
    });
    const photo = await rendered(file);
    expect(photo).toMatchObject({ format: 'jpeg', master: { widthPx, heightPx } });
    expect(quartersOf(await masterOf(photo)).join('')).toBe('RGBY');
  });

  test('with alpha becomes a PNG', async () => {
    const photo = await rendered(heicFile('with-alpha'));
    expect(photo.format).toBe('png');
    const master = await masterOf(photo);
    for (const [x, y, colour] of [
      [10, 10, [...RED.slice(0, 3), 255]],
      [120, 50, [...YELLOW.slice(0, 3), 128]],
    ] as const)
      expect({ x, near: isNear(colourAt(master, x, y), colour as never, 4) }).toEqual({ x, near: true });
  });

  test('a crop box is laid in the upright picture', async () => {
    const photo = await rendered(heic(item(hevc('quadrants'), irot(1))), { crop: { x: 0, y: 64, side: 64 } });
    // Turned counter-clockwise: green over red on the left, yellow over blue on the right; the lower half is red and
    // blue.
    expect(quartersOf(await pixelsOf(fileOf(photo, 64))).join('')).toBe('RBRB');
  });
});

describe('what stands in properties is done, in their order', () => {
  test.each([
    ['a quarter turn', [irot(1)], [64, 128], 'GYRB'],
    ['half a turn', [irot(2)], [128, 64], 'YBGR'],
    ['three quarters', [irot(3)], [64, 128], 'BRYG'],
    ['a mirror, left and right', [imir(1)], [128, 64], 'GRYB'],
    ['a turn, then a mirror', [irot(1), imir(1)], [64, 128], 'YGBR'],
    ['an aperture at the right, then a turn', [clap(64, 64, 32, 0), irot(1)], [64, 64], 'GYGY'],
  ])('%s', async (_, properties, [width, height], expected) => {
    const master = await masterOf(await rendered(heic(item(hevc('quadrants'), ...properties))));
    expect([master.width, master.height, quartersOf(master).join('')]).toEqual([width, height, expected]);
  });

  test('EXIF’s orientation does not count', async () => {
    const block = Buffer.concat([Buffer.alloc(4), exif(6)]);
    const file = heic(item(hevc('quadrants'), irot(2)), {
      type: 'Exif',
      data: block,
      properties: [],
      references: { cdsc: [1] },
    });
    const photo = await rendered(file);
    expect(photo.master).toEqual({ widthPx: 128, heightPx: 64 });
    expect(await quarters(file)).toBe('YBGR');
  });
});

test('the primary picture counts: not another, not a thumbnail, a depth or a gain map', async () => {
  const grey = hevc('alpha-greys');
  const other = (...properties: Buffer[]) => item(grey, ...properties);
  expect(await quarters(heifFile('heic', [other(), item(hevc('quadrants'))], 2))).toBe('RGBY');
  const file = heic(
    item(hevc('quadrants')),
    { ...other(), references: { thmb: [1] } },
    { ...other(auxC('urn:mpeg:hevc:2015:auxid:2')), references: { auxl: [1] } },
    { ...other(auxC('urn:com:apple:photo:2020:aux:hdrgainmap')), references: { auxl: [1] } },
  );
  const photo = await rendered(file);
  expect(photo.format).toBe('jpeg');
  expect(quartersOf(await masterOf(photo)).join('')).toBe('RGBY');
});

test('an auxiliary picture of alpha', async () => {
  const file = heic(item(hevc('quadrants')), { ...item(hevc('alpha-greys'), auxC(ALPHA)), references: { auxl: [1] } });
  const photo = await rendered(file);
  const master = await masterOf(photo);
  const seen = [10, 120].flatMap((x) => [10, 50].map((y) => colourAt(master, x, y)[3] ?? -9));
  expect(photo.format).toBe('png');
  for (const [place, expected] of [0, 170, 85, 255].entries())
    expect({ place, isNear: Math.abs((seen[place] ?? -9) - expected) <= 3 }).toEqual({ place, isNear: true });
});

test('a grid, turned: tiles are put together, what reaches out is cut off, then comes the turn', async () => {
  const tiles = (['red', 'green', 'blue', 'yellow'] as const).map(hevc);
  const file = heic(...gridItems('hvc1', tiles, { rows: 2, columns: 2, widthPx: 100, heightPx: 120 }, irot(2)));
  const master = await masterOf(await rendered(file));
  expect([master.width, master.height]).toEqual([100, 120]);
  // Half a turn: the seams at 64 lie at 100 − 64 = 36 and 120 − 64 = 56.
  for (const [x, y, colour] of [
    [30, 50, YELLOW],
    [41, 50, BLUE],
    [30, 61, GREEN],
    [41, 61, RED],
    [99, 119, RED],
  ] as const)
    expect({ x, y, isNear: isNear(colourAt(master, x, y), colour, 12) }).toMatchObject({ isNear: true });
});

describe('colours come out as sRGB', () => {
  const COLOURS: [HeicName, [number, number, number]][] = [
    ['skin', [200, 150, 130]],
    ['sky', [120, 150, 190]],
    ['skin-10-bits', [200, 150, 130]],
  ];
  const ways: [string, Buffer][] = [
    ['a profile', colr(iccProfile(DISPLAY_P3))],
    ['codes', colr({ primaries: 12, transfer: 13, matrix: 6 })],
  ];

  test.each(ways.flatMap(([way, property]) => COLOURS.map(([name, colour]) => ({ way, property, name, colour }))))(
    'Display P3 by $way: $name',
    async ({ property, name, colour }) => {
      const { configuration, ...coded } = hevc(name);
      const file = heic({
        type: 'hvc1',
        data: coded.data,
        properties: [configuration, ...item({ configuration, ...coded }).properties.slice(1), property],
      });
      const seen = colourAt(await masterOf(await rendered(file)), 8, 8);
      const expected = inSrgb(colour, DISPLAY_P3) ?? [];
      expect({ seen, expected, isNear: deltaE(seen, expected) <= 2 }).toMatchObject({ isNear: true });
    },
  );

  test('without a word, sRGB; without loss, to the byte', async () => {
    const photo = await rendered(heicFile('lossless-leaf'));
    expect(deltaE(colourAt(await masterOf(photo), 8, 8), [110, 140, 80])).toBeLessThan(1);
  });
});

describe('bounds, from the boxes and before any decode', () => {
  test('48 megapixels are refused with the figure, 24 are not', async () => {
    const started = performance.now();
    expect(await inspect(phonePhoto(8064, 6048), UPLOAD_POLICIES.v1)).toEqual({
      ok: false,
      // 16 × 12 tiles of 512 × 512.
      refusal: { code: 'too-many-pixels', pixels: 50_331_648, maxPixels: 30_000_000 },
    });
    expect(await inspect(phonePhoto(5712, 4284), UPLOAD_POLICIES.v1)).toMatchObject({ ok: true });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test('a size that is not the bitstream’s', async () => {
    const { data, configuration } = hevc('red');
    for (const [widthPx, heightPx] of [
      [128, 128],
      [32, 32],
    ] as const)
      expect(await refusalOf(heic(itemOf('hvc1', { data, configuration, widthPx, heightPx })))).toBe('corrupt-image');
  });
});

describe('a stranger’s bytes end one picture and nothing else', () => {
  test('a damaged bitstream is accepted by its structure, and refused by the decode', async () => {
    const { data, ...rest } = hevc('photo-tile');
    const file = heic(itemOf('hvc1', { ...rest, data: Buffer.alloc(data.length, 0xff) }));
    expect(await inspect(file, policy)).toMatchObject({ ok: true });
    expect(await refusalOf(file)).toBe('corrupt-image');
    expect(await refusalOf(heicFile('red'))).toBe('picture');
  });

  test('a cut one is refused at once', async () => {
    const file = heicFile('photo-tile');
    expect(await inspect(file.subarray(0, -1), policy)).toMatchObject({ refusal: { code: 'corrupt-image' } });
  });

  test('a deadline is kept', async () => {
    const started = performance.now();
    const result = await render(phonePhoto(5712, 4284), {
      policy,
      letterboxColour: '#000000',
      deadlineMs: Date.now() + 100,
    });
    expect(result).toMatchObject({ refusal: { code: 'too-slow', format: 'heic', maxSeconds: 6 } });
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  test('more memory than is allowed is denied, and ends the decode', async () => {
    const answer = (maxMemoryBytes: number) => {
      const workerData: HeicWork = { bytes: phonePhoto(3072, 2048), hasAlpha: false, maxMemoryBytes };
      const worker = new Worker(new URL('../../lambdas/image/heic-worker.ts', import.meta.url), { workerData });
      return new Promise((resolve) => {
        worker.on('message', (message) => message !== 'ready' && resolve(message));
        worker.on('error', () => resolve('crashed'));
      }).finally(() => worker.terminate());
    };
    expect(await answer(200_000_000)).toMatchObject({ widthPx: 3072, heightPx: 2048 });
    // 17 MB are allocated from the beginning; the pixels alone are 19.
    expect(['undecodable', 'crashed']).toContain(await answer(20_000_000));
  });

  test('many at once: each has its thread', async () => {
    const files = [heicFile('red'), heicFile('odd'), heicFile('red').subarray(0, -1), heicFile('with-alpha')];
    expect(await Promise.all(files.map(refusalOf))).toEqual(['picture', 'picture', 'corrupt-image', 'picture']);
  });
});

test('the files say whose they are', () => {
  expect(readFileSync(join(import.meta.dirname, '../heic/README.md'), 'utf8')).toMatch(/Our own drawings.*MIT/);
});
