import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { turnedSquare } from '../../web/crop-plan.ts';
import { readOrientation, turnedLeft, turnedRight, withOrientation } from '../../web/jpeg-orientation.ts';
import { decoded } from '../image/decoded.ts';
import { quadrants } from '../pictures.ts';

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function jpegOf(orientation?: number): Promise<Buffer> {
  const { data, ...raw } = quadrants(64, 32);
  const picture = sharp(data, { raw }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' });
  return (orientation === undefined ? picture : picture.withMetadata({ orientation })).toBuffer();
}

const upright = async (file: Uint8Array) => {
  const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
};

describe('a JPEG is turned by its orientation alone', () => {
  test.each([undefined, 1, 2, 3, 4, 5, 6, 7, 8])('that was %s', async (orientation) => {
    const file = await jpegOf(orientation);
    for (const [change, degrees] of [
      [turnedRight, 90],
      [turnedLeft, 270],
    ] as const) {
      const turned = Buffer.from(await (await withOrientation(new Blob([new Uint8Array(file)]), change)).arrayBuffer());
      // libvips, by which the service reads the photo, turns one's pixels into the other's.
      const expected = await (await upright(file)).rotate(degrees).raw().toBuffer();
      expect((await (await upright(turned)).raw().toBuffer()).equals(expected)).toBe(true);
    }
  });

  test('four turns lead back, and left undoes right', () => {
    for (const one of [1, 2, 3, 4, 5, 6, 7, 8]) {
      expect(turnedRight(turnedRight(turnedRight(turnedRight(one))))).toBe(one);
      expect(turnedLeft(turnedRight(one))).toBe(one);
    }
  });

  test('the service reads it the same way', async () => {
    const turned = await withOrientation(new Blob([new Uint8Array(await jpegOf())]), turnedRight);
    expect(await decoded(Buffer.from(await turned.arrayBuffer()))).toMatchObject({ widthPx: 32, heightPx: 64 });
  });
});

describe('the orientation that a JPEG says it has', () => {
  test('is read in either order of bytes, and is 1 where it says none, or none that there is', async () => {
    expect(readOrientation(viewOf(await jpegOf(6))).orientation).toBe(6);
    expect(readOrientation(viewOf(await jpegOf()))).toEqual({ orientation: 1, exif: undefined });
    const tiff = (order: 'II' | 'MM', value: number) => {
      const isLittle = order === 'II';
      const view = new DataView(new ArrayBuffer(40));
      [0xff, 0xd8, 0xff, 0xe1, 0x00, 0x22].forEach((byte, at) => {
        view.setUint8(at, byte);
      });
      [...'Exif\0\0', ...order].forEach((letter, at) => {
        view.setUint8(6 + at, letter.charCodeAt(0));
      });
      view.setUint16(14, 42, isLittle);
      view.setUint32(16, 8, isLittle);
      view.setUint16(20, 1, isLittle);
      view.setUint16(22, 0x112, isLittle);
      view.setUint16(24, 3, isLittle);
      view.setUint32(26, 1, isLittle);
      view.setUint16(30, value, isLittle);
      return view;
    };
    expect(readOrientation(tiff('II', 8)).orientation).toBe(8);
    expect(readOrientation(tiff('MM', 3)).orientation).toBe(3);
    expect(readOrientation(tiff('MM', 9)).orientation).toBe(1);
  });

  test('is 1 of what is cut off anywhere', async () => {
    const file = await jpegOf(6);
    for (let bytes = 0; bytes < 40; bytes++)
      expect(readOrientation(viewOf(file.subarray(0, bytes))).orientation).toBe(1);
  });
});

test('a square turns with its photo', () => {
  const photo = { widthPx: 600, heightPx: 400 };
  // Its top left corner becomes the top right one: 400 - 30 - 100 = 270.
  expect(turnedSquare({ x: 20, y: 30, side: 100 }, photo, 'right')).toEqual({ x: 270, y: 20, side: 100 });
  // Its top right corner becomes the top left one: 600 - 20 - 100 = 480.
  expect(turnedSquare({ x: 20, y: 30, side: 100 }, photo, 'left')).toEqual({ x: 30, y: 480, side: 100 });
});
