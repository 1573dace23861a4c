import { describe, expect, test } from '@jest/globals';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import type { UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { inspect } from '../../lambdas/image/inspect.ts';
import { exif, exifSegment, withSegment } from '../picture-parts.ts';
import { jpeg } from '../pictures.ts';
import { decoded } from './decoded.ts';
import { WHOLE_FILES } from './whole-files.ts';

const any: UploadPolicy = { formats: SOURCE_FORMATS, maxBytes: 10_000_000, maxFrames: 500, frame: 'whole' };

describe('less some of its last bytes: refused, or pixel for pixel the whole file', () => {
  // `truncated.slow.test.ts` tries every one of the first 200.
  test.each(WHOLE_FILES)('%s', async (_, make, dispensable) => {
    const file = await make();
    const whole = await decoded(file);
    if (typeof whole === 'string') throw new Error(whole);
    for (const cut of [1, 2, 3, 4, 5, 8, 13, 17, 19, 21, 22, 30, 50]) {
      const pixels = await decoded(file.subarray(0, file.length - cut));
      if (cut <= dispensable) expect({ cut, pixels: typeof pixels }).toEqual({ cut, pixels: 'object' });
      if (typeof pixels === 'string') expect({ cut, pixels }).toEqual({ cut, pixels: 'corrupt-image' });
      else expect({ cut, isSame: pixels.data.equals(whole.data) }).toEqual({ cut, isSame: true });
    }
  });
});

describe('truncated anywhere before that', () => {
  test.each(WHOLE_FILES)('%s', async (_, make) => {
    const file = await make();
    for (let cut = 24; cut <= file.length - 20; cut = Math.ceil(cut * 1.6))
      expect({ cut, ...(await inspect(file.subarray(0, file.length - cut), any)) }).toMatchObject({
        cut,
        ok: false,
        refusal: { code: 'corrupt-image' },
      });
  });
});

test('a JPEG with restart markers, less its end marker', async () => {
  // Made by hand: two grey blocks, each an interval of its own. A block is two codes of one bit, 0 and 0, filled up
  // with ones.
  const file = Buffer.from(
    [
      'ffd8ffdb004300',
      '01'.repeat(64),
      'ffc0000b080008001001011100',
      `ffc4001400${'01'}${'00'.repeat(15)}00`,
      `ffc4001410${'01'}${'00'.repeat(15)}00`,
      'ffdd00040001',
      'ffda0008010100003f00',
      '3f',
      'ffd0',
      '3f',
      'ffd9',
    ].join(''),
    'hex',
  );
  const whole = await decoded(file);
  expect(await decoded(file.subarray(0, -2))).toEqual(whole);
  expect(await decoded(file.subarray(0, -3))).toBe('corrupt-image');
  expect(await decoded(file.subarray(0, -5))).toBe('corrupt-image');
});

test('a JPEG with a smaller one in its EXIF, which has an end marker, less its own', async () => {
  const thumbnail = await jpeg({ width: 16, height: 16 });
  for (const progressive of [false, true]) {
    const photo = await jpeg({ width: 61, height: 45, progressive });
    const file = withSegment(photo, 0xe1, exifSegment(Buffer.concat([exif(1), thumbnail])));
    expect(await decoded(file.subarray(0, -2))).toEqual(await decoded(file));
    expect(await decoded(file.subarray(0, -3))).toBe('corrupt-image');
  }
});

test('a JPEG in three scans, less its end marker; and less its last scan', async () => {
  const dc = `ffc4001400${'01'}${'00'.repeat(15)}00ffc4001410${'01'}${'00'.repeat(15)}00`;
  const scan = (id: number) => `ffda00080${1}0${id}00003f003f`;
  const file = Buffer.from(
    `ffd8ffdb004300${'01'.repeat(64)}ffc0001108000800080301110002110003110${'0'}${dc}${scan(1)}${scan(2)}${scan(3)}ffd9`,
    'hex',
  );
  const whole = await decoded(file);
  expect(typeof whole).toBe('object');
  expect(await decoded(file.subarray(0, -2))).toEqual(whole);
  expect(await decoded(file.subarray(0, -2 - 11))).toBe('corrupt-image');
});
