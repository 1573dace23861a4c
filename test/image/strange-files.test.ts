import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Rendered } from '../../lambdas/image/render.ts';
import { exif, exifSegment, pngChunk, pngFile, withChunk, withSegment } from '../picture-parts.ts';
import { BLUE, type Colour, colourAt, GREEN, gif, isNear, jpeg, pixelsOf, png, RED, solid } from '../pictures.ts';
import { fileOf, masterOf, rendered } from './rendered.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const SCRIPT = '<html><script>alert(1)</script></html>';
const ZIP = latin1('PK\x03\x04\x14\0\0\0\0\0secret.txt PK\x05\x06');
const red = (width = 64, height = 64) => solid(width, height, RED);

/** None of the stored files holds anything that was put in beside the picture. */
function expectOnlyPictures({ renditions }: Rendered, hidden: (string | Buffer)[]) {
  for (const { size, bytes } of renditions)
    for (const part of hidden)
      expect({ size, part: String(part).slice(0, 20), isThere: bytes.includes(part) }).toMatchObject({
        isThere: false,
      });
}

describe('a file with another one inside comes out as its picture and nothing else', () => {
  test('a JPEG with a smaller picture in its EXIF', async () => {
    const thumbnail = await jpeg({ picture: solid(16, 16, GREEN) });
    const file = withSegment(await jpeg({ picture: red() }), 0xe1, exifSegment(Buffer.concat([exif(1), thumbnail])));
    const photo = await rendered(file);
    expect(isNear(colourAt(await masterOf(photo), 30, 30), RED)).toBe(true);
    expectOnlyPictures(photo, ['Exif', thumbnail.subarray(-40)]);
  });

  test('a JPEG with a gain map', async () => {
    const map = await jpeg({ picture: solid(32, 32, [255, 255, 255]), grey: true });
    const xmp = 'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>';
    const base = withSegment(await jpeg({ picture: red() }), 0xe2, latin1('MPF\0MM\0*\0\0\0\x08\0\0'));
    const photo = await rendered(Buffer.concat([withSegment(base, 0xe1, latin1(xmp)), map]));
    expect(photo.master).toEqual({ widthPx: 64, heightPx: 64 });
    expect(isNear(colourAt(await masterOf(photo), 30, 30), RED)).toBe(true);
    expectOnlyPictures(photo, ['hdrgm', 'MPF\0', 'xap']);
  });

  test.each<[string, () => Promise<Buffer>]>([
    ['a JPEG that is a zip too', async () => Buffer.concat([await jpeg({ picture: red() }), ZIP])],
    ['a PNG that is a zip too', async () => Buffer.concat([await png({ picture: red() }), ZIP])],
    ['a GIF that is a zip too', async () => Buffer.concat([await gif({ picture: red() }), ZIP])],
    ['a GIF that is a script too', scriptGif],
    ['a JPEG with HTML in a comment', async () => withSegment(await jpeg({ picture: red() }), 0xfe, latin1(SCRIPT))],
    ['a PNG with HTML in a text', async () => withChunk(await png({ picture: red() }), 'tEXt', latin1(`a\0${SCRIPT}`))],
    ['a GIF with HTML in a comment', async () => commented(await gif({ picture: red() }), SCRIPT)],
  ])('%s', async (_, make) => {
    const photo = await rendered(await make());
    expect(isNear(colourAt(await masterOf(photo), 30, 0), RED)).toBe(true);
    expectOnlyPictures(photo, ['PK\x03\x04', 'secret.txt', '<script', 'html', 'alert']);
  });
});

test('an animated PNG becomes a still one of its first frame', async () => {
  const rows = (colour: Colour) =>
    deflateSync(
      Buffer.concat(
        Array.from({ length: 32 }, () => Buffer.from([0, ...Array(32).fill([colour[0], colour[1], colour[2]]).flat()])),
      ),
    );
  const control = (sequence: number) => {
    const content = Buffer.alloc(26);
    for (const [at, value] of [
      [0, sequence],
      [4, 32],
      [8, 32],
    ] as const)
      content.writeUInt32BE(value, at);
    content.set([0, 1, 0, 10, 0, 0], 20);
    return pngChunk('fcTL', content);
  };
  const still = pngFile({
    widthPx: 32,
    heightPx: 32,
    chunks: [pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])), control(0)],
    data: rows(RED),
  });
  const second = pngChunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), rows(BLUE)]));
  const file = Buffer.concat([still.subarray(0, -12), control(1), second, still.subarray(-12)]);
  const photo = await rendered(file);
  expect(colourAt(await masterOf(photo), 16, 16)).toEqual([...RED, 255]);
  expectOnlyPictures(photo, ['acTL', 'fcTL', 'fdAT']);
});

describe('GIF', () => {
  test('a first frame that covers a part of the screen lies where it says, and around it is nothing', async () => {
    const file = await gif({ picture: red(20, 20) });
    file.writeUInt16LE(40, 6);
    file.writeUInt16LE(40, 8);
    const frame = descriptorOf(file);
    file.writeUInt16LE(10, frame + 1);
    file.writeUInt16LE(12, frame + 3);
    const master = await masterOf(await rendered(file));
    expect([master.width, master.height]).toEqual([40, 40]);
    expect(isNear(colourAt(master, 10, 12), RED)).toBe(true);
    expect(isNear(colourAt(master, 29, 31), RED)).toBe(true);
    for (const [x, y] of [
      [9, 12],
      [10, 11],
      [30, 31],
      [29, 32],
      [0, 0],
    ] as const)
      expect(colourAt(master, x, y)[3]).toBe(0);
  });

  test.each([0, 1, 2, 3])('disposal %i of the first frame changes nothing about it', async (disposal) => {
    const file = await gif({ frames: [red(20, 20), solid(20, 20, BLUE)] });
    const control = file.indexOf(Buffer.from([0x21, 0xf9, 4]));
    file[control + 3] = ((file[control + 3] ?? 0) & ~0x1c) | (disposal << 2);
    const photo = await rendered(file);
    expect(isNear(colourAt(await masterOf(photo), 10, 10), RED)).toBe(true);
    expect((await sharp(fileOf(photo, 20), { animated: true }).metadata()).pages ?? 1).toBe(1);
  });
});

test('one row, and one column, keep their colour in every size', async () => {
  for (const picture of [red(3000, 1), red(1, 3000)])
    for (const { bytes } of (await rendered(await png({ picture }))).renditions)
      expect(isNear(colourAt(await pixelsOf(bytes), 0, 0), RED, 2)).toBe(true);
});

/** Where the first image descriptor begins: after the screen, its colours, and the extensions. */
function descriptorOf(file: Buffer): number {
  const flags = file[10] ?? 0;
  let at = 13 + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  while (file[at] === 0x21) {
    at += 2;
    while (file[at] !== 0) at += 1 + (file[at] ?? 0);
    at++;
  }
  return at;
}

const commented = (file: Buffer, text: string): Buffer =>
  Buffer.concat([file.subarray(0, -1), Buffer.from([0x21, 0xfe, text.length, ...latin1(text), 0]), file.subarray(-1)]);

/** Also JavaScript: its width, 0x2a2f, opens a comment that a comment of the GIF closes. */
async function scriptGif(): Promise<Buffer> {
  const file = commented(await gif({ picture: red(0x2a2f, 1) }), '*/=1;alert(1)//');
  expect(file.toString('latin1', 0, 8)).toBe('GIF89a/*');
  return file;
}
