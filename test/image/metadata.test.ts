import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { SOURCE_FORMATS } from '../../lambdas/core/photo.ts';
import { render } from '../../lambdas/image/render.ts';
import { exif, exifSegment, withChunk, withSegment } from '../picture-parts.ts';
import { gif, jpeg, photoLike, png, withTrailingBytes } from '../pictures.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const SECRET = 'Secret-Camera-Owner';
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${SECRET}</x:xmpmeta>`;
const picture = photoLike(120, 90);

/** With EXIF (and a place in it), XMP, IPTC, a comment, a colour profile, and bytes after the end. */
async function tellingJpeg(): Promise<Buffer> {
  const base = await sharp(await jpeg({ picture }))
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  const segments: [number, Buffer][] = [
    [0xfe, latin1(SECRET)],
    [0xed, latin1(`Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x18\x1c\x02\x50\0\x13${SECRET}`)],
    [0xe1, latin1(`http://ns.adobe.com/xap/1.0/\0${XMP}`)],
    [0xe1, exifSegment(exif(6, { gps: true }))],
  ];
  const file = segments.reduce<Buffer>((bytes, [marker, content]) => withSegment(bytes, marker, content), base);
  return withTrailingBytes(file, latin1(SECRET));
}

async function tellingPng(): Promise<Buffer> {
  const base = await sharp(await png({ picture }))
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const chunks: [string, Buffer][] = [
    ['tEXt', latin1(`Comment\0${SECRET}`)],
    ['iTXt', latin1(`XML:com.adobe.xmp\0\0\0\0\0${XMP}`)],
    ['eXIf', exif(6, { gps: true })],
  ];
  return withTrailingBytes(
    chunks.reduce<Buffer>((bytes, [type, content]) => withChunk(bytes, type, content), base),
    latin1(SECRET),
  );
}

/** With a comment and an application block before the trailer, and bytes after it. */
async function tellingGif(): Promise<Buffer> {
  const file = await gif({ picture });
  const block = (text: string) => [text.length, ...latin1(text), 0];
  const comment = Buffer.from([0x21, 0xfe, ...block(SECRET)]);
  const application = Buffer.from([0x21, 0xff, 11, ...latin1('XMP DataXMP'), ...block(XMP)]);
  return withTrailingBytes(
    Buffer.concat([file.subarray(0, -1), comment, application, file.subarray(-1)]),
    latin1(SECRET),
  );
}

describe('nothing but pixels survives', () => {
  test('the test pictures are as telling as they should be', async () => {
    const inJpeg = await sharp(await tellingJpeg()).metadata();
    expect(inJpeg).toMatchObject({
      orientation: 6,
      exif: expect.anything(),
      icc: expect.anything(),
      xmp: expect.anything(),
      iptc: expect.anything(),
    });
    const inPng = await sharp(await tellingPng()).metadata();
    expect(inPng).toMatchObject({
      orientation: 6,
      exif: expect.anything(),
      icc: expect.anything(),
      xmp: expect.anything(),
    });
    expect((await tellingGif()).includes(SECRET)).toBe(true);
    // 52° north, as the rational 52/1.
    expect(exif(6, { gps: true }).includes(Buffer.from([0, 0, 0, 52, 0, 0, 0, 1]))).toBe(true);
  });

  test.each([
    ['JPEG', tellingJpeg, { widthPx: 90, heightPx: 120 }],
    ['PNG', tellingPng, { widthPx: 90, heightPx: 120 }],
    ['GIF', tellingGif, { widthPx: 120, heightPx: 90 }],
  ])('%s', async (_, make, master) => {
    const policy = { formats: SOURCE_FORMATS, maxBytes: 1_000_000, maxFrames: 1, frame: 'whole' as const };
    const result = await render(await make(), { policy, letterboxColour: '#000000' });
    if (!result.ok) throw new Error(result.refusal.code);
    expect(result.value.master).toEqual(master);
    for (const { bytes } of result.value.renditions) {
      const { exif: e, icc, xmp, iptc, orientation, comments } = await sharp(bytes).metadata();
      expect([e, icc, xmp, iptc, orientation, comments]).toEqual(Array(6).fill(undefined));
      expect(bytes.includes('Secret')).toBe(false);
      expect(bytes.includes('Exif')).toBe(false);
      expect(strangers(bytes)).toEqual([]);
    }
  });
});

/**
 * Parts of a JPEG or PNG that a picture without metadata does not have. (pHYs is allowed: libvips always writes 72 dots
 * an inch.)
 */
function strangers(bytes: Buffer): string[] {
  if (bytes[0] === 0x89)
    return chunkTypes(bytes).filter((type) => !['IHDR', 'pHYs', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(type));
  // SOF0, DHT, DQT, and APP0, which has JFIF's version and density.
  if (bytes[0] === 0xff) return markers(bytes).filter((marker) => !['c0', 'c4', 'db', 'e0'].includes(marker));
  return [];
}

function chunkTypes(bytes: Buffer): string[] {
  const types: string[] = [];
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
    types.push(bytes.toString('latin1', at + 4, at + 8));
  return types;
}

function markers(bytes: Buffer): string[] {
  const found: string[] = [];
  for (let at = 2; bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2))
    found.push((bytes[at + 1] ?? 0).toString(16));
  return found;
}
