import { describe, expect, test } from '@jest/globals';
import { readHeader } from '../../lambdas/image/read-header.ts';
import { exif, exifSegment, withChunk, withSegment } from '../picture-parts.ts';
import { BLUE, GREEN, jpeg, png, quadrants, RED, YELLOW } from '../pictures.ts';
import { decoded } from './decoded.ts';
import { oddExif } from './odd-jpegs.ts';
import { masterOf, quartersOf, rendered, UPRIGHT } from './rendered.ts';

/** Lies on its side; orientation 6 turns it upright. */
const lying = quadrants(64, 96, [GREEN, YELLOW, RED, BLUE]);
const SHORT_6 = [0, 6, 0, 0];

describe('the orientation, as exiftool reads it', () => {
  test.each<[string, Buffer[], boolean]>([
    ['BYTE', [oddExif({ type: 1, value: [6, 0, 0, 0] })], true],
    ['ASCII', [oddExif({ type: 2, value: [0x36, 0, 0, 0] })], true],
    ['SHORT', [oddExif({ type: 3, value: SHORT_6 })], true],
    ['SHORT, little-endian', [oddExif({ type: 3, value: [6, 0, 0, 0], isLittle: true })], true],
    ['LONG', [oddExif({ type: 4, value: [0, 0, 0, 6] })], true],
    ['LONG, little-endian', [oddExif({ type: 4, value: [6, 0, 0, 0], isLittle: true })], true],
    ['SBYTE', [oddExif({ type: 6, value: [6, 0, 0, 0] })], true],
    ['UNDEFINED', [oddExif({ type: 7, value: [6, 0, 0, 0] })], true],
    ['SSHORT', [oddExif({ type: 8, value: SHORT_6 })], true],
    ['SLONG', [oddExif({ type: 9, value: [0, 0, 0, 6] })], true],
    // IEEE 754: 6 is 0x40c00000.
    ['FLOAT', [oddExif({ type: 11, value: [0x40, 0xc0, 0, 0] })], true],
    ['an unknown type', [oddExif({ type: 99, value: SHORT_6 })], false],
    ['a count of 0', [oddExif({ type: 3, count: 0, value: SHORT_6 })], false],
    ['a count of 3', [oddExif({ type: 3, count: 3, value: SHORT_6 })], false],
    ['a negative one', [oddExif({ type: 8, value: [0xff, 0xfa, 0, 0] })], false],
    ['behind an empty segment', [Buffer.alloc(0), exif(6)], true],
    ['behind a damaged segment', [Buffer.from('MM\0*\xff\xff\xff\xff', 'latin1'), exif(6)], true],
    ['behind a segment without one', [Buffer.from('4d4d002a0000000800000000', 'hex'), exif(6)], true],
    ['the first of two', [exif(6), exif(3)], true],
    ['cut short', [exif(6).subarray(0, -6)], false],
  ])('%s', async (_, blocks, isTurned) => {
    const file = blocks.reduceRight(
      (bytes, block) => withSegment(bytes, 0xe1, exifSegment(block)),
      await jpeg({ picture: lying }),
    );
    const photo = await rendered(file);
    expect(photo.master).toEqual(isTurned ? { widthPx: 96, heightPx: 64 } : { widthPx: 64, heightPx: 96 });
    expect(quartersOf(await masterOf(photo))).toEqual(isTurned ? UPRIGHT : ['G', 'Y', 'R', 'B']);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 255])('%i as a LONG: never refused', async (value) => {
    const block = oddExif({ type: 4, value: [0, 0, 0, value] });
    for (const file of [
      withSegment(await jpeg({ picture: lying }), 0xe1, exifSegment(block)),
      withChunk(await png({ picture: lying }), 'eXIf', block),
    ]) {
      const pixels = await decoded(file);
      if (typeof pixels === 'string') throw new Error(pixels);
      const isSwapped = value >= 5 && value <= 8;
      expect([pixels.widthPx, pixels.heightPx]).toEqual(isSwapped ? [96, 64] : [64, 96]);
    }
  });
});

describe('lengths below 2', () => {
  const put = async (marker: number, length: number): Promise<Buffer> => {
    const file = await jpeg({ picture: lying });
    return Buffer.concat([file.subarray(0, 2), Buffer.from([0xff, marker, 0, length]), file.subarray(2)]);
  };
  // Comments, applications' own segments, DNL: a reader skips what they say, and goes on.
  test.each([0xfe, 0xe0, 0xe1, 0xe2, 0xe5, 0xed, 0xee, 0xdc])('of marker %i are gone on from', async (marker) => {
    const whole = await decoded(await jpeg({ picture: lying }));
    for (const length of [0, 1]) expect(await decoded(await put(marker, length))).toEqual(whole);
  });

  // Tables and frames: nobody can tell what they would be.
  test.each([0xdb, 0xc4, 0xdd, 0xc0])('of marker %i are damage', async (marker) => {
    for (const length of [0, 1]) expect(await decoded(await put(marker, length))).toBe('corrupt-image');
  });

  test('any number of them takes time linear in the bytes', async () => {
    const file = await jpeg({ picture: lying });
    const many = Buffer.alloc(4 * 200_000, Buffer.from([0xff, 0xfe, 0, 0]));
    const startedMs = performance.now();
    expect(readHeader(Buffer.concat([file.subarray(0, 2), many, file.subarray(2)]), 'jpeg')).toMatchObject({
      widthPx: 64,
    });
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

test('arithmetic codes without an end marker are refused: zeros at their end may have been left out', async () => {
  const file = await jpeg({ picture: lying });
  const sof = file.indexOf(Buffer.from([0xff, 0xc0]));
  file[sof + 1] = 0xc9;
  expect(await decoded(file.subarray(0, -2))).toBe('corrupt-image');
});
