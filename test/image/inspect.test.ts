import { describe, expect, test } from '@jest/globals';
import { UPLOAD_POLICIES, type UploadPolicy } from '../../lambdas/core/upload-policy.ts';
import { inspect } from '../../lambdas/image/inspect.ts';
import { gifFile, withChunk, withSegment } from '../picture-parts.ts';
import {
  gif,
  gifOfManyFrames,
  jpeg,
  photoLike,
  png,
  quadrants,
  solid,
  tinyBombGif,
  withTrailingBytes,
} from '../pictures.ts';
import { whole } from './rendered.ts';

const { slack, twitter } = UPLOAD_POLICIES;
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const black = (width: number, height: number) => ({ picture: solid(width, height, [0, 0, 0]) });
const seeThrough = quadrants(40, 20);

describe('accepted', () => {
  test.each<[string, UploadPolicy, () => Promise<Buffer> | Buffer, object]>([
    [
      'a JPEG',
      whole,
      () => jpeg({ width: 40, height: 20 }),
      { format: 'jpeg', widthPx: 40, heightPx: 20, frames: 1, hasAlpha: false },
    ],
    [
      'a JPEG on its side: upright pixels',
      whole,
      () => jpeg({ width: 40, height: 20, orientation: 6 }),
      { format: 'jpeg', widthPx: 20, heightPx: 40 },
    ],
    [
      'a progressive JPEG',
      whole,
      () => jpeg({ width: 40, height: 20, progressive: true }),
      { widthPx: 40, heightPx: 20 },
    ],
    ['a CMYK JPEG', whole, () => jpeg({ picture: seeThrough, cmyk: true }), { format: 'jpeg', hasAlpha: false }],
    [
      'a PNG',
      whole,
      () => png({ width: 40, height: 20 }),
      { format: 'png', widthPx: 40, heightPx: 20, frames: 1, hasAlpha: false },
    ],
    ['a PNG with alpha', whole, () => png({ width: 40, height: 20, alpha: true }), { hasAlpha: true }],
    [
      'an interlaced PNG of 16 bits',
      whole,
      () => png({ width: 40, height: 20, interlaced: true, bits16: true }),
      { widthPx: 40, heightPx: 20 },
    ],
    ['a grey PNG', whole, () => png({ width: 40, height: 20, grey: true }), { format: 'png', hasAlpha: false }],
    ['a palette PNG', whole, () => png({ width: 40, height: 20, palette: true }), { format: 'png', hasAlpha: false }],
    [
      'a GIF',
      whole,
      () => gif({ width: 40, height: 20 }),
      { format: 'gif', widthPx: 40, heightPx: 20, frames: 1, hasAlpha: false },
    ],
    [
      'an animated GIF',
      whole,
      () => gif({ frames: [quadrants(8, 8), photoLike(8, 8), photoLike(8, 8, 2)] }),
      { frames: 3, widthPx: 8, heightPx: 8 },
    ],
    [
      '500 frames at Slack',
      slack,
      () => gifFile({ screenPx: [512, 512], frames: Array.from({ length: 500 }, () => [0, 0, 512, 512] as const) }),
      { frames: 500 },
    ],
    [
      'bytes after the end',
      whole,
      async () => withTrailingBytes(await jpeg({ width: 40, height: 20 })),
      { format: 'jpeg' },
    ],
    ['the smallest at Slack', slack, () => png(black(512, 512)), { widthPx: 512 }],
    ['the largest at Slack', slack, () => png(black(1024, 1024)), { widthPx: 1024 }],
    ['one pixel', whole, () => png(black(1, 1)), { widthPx: 1, heightPx: 1 }],
    ['one row', whole, () => jpeg(black(3000, 1)), { widthPx: 3000, heightPx: 1 }],
    ['exactly as many bytes as allowed', { ...whole, maxBytes: 35 }, () => gifOfManyFrames(1), { widthPx: 1 }],
    // A stray byte in the picture data, of which libjpeg only warns.
    [
      'a mere warning of libjpeg',
      whole,
      async () => damaged(await jpeg({ width: 200, height: 200 })),
      { widthPx: 200 },
    ],
  ])('%s', async (_, policy, file, expected) => {
    expect(await inspect(await file(), policy)).toMatchObject({ ok: true, value: expected });
  });
});

describe('refused', () => {
  test.each<[string, UploadPolicy, () => Promise<Buffer> | Buffer, object]>([
    ['no bytes', whole, () => Buffer.alloc(0), { code: 'no-image' }],
    ['text', whole, () => latin1('not a picture'), { code: 'unknown-format' }],
    [
      'an SVG',
      whole,
      () => latin1('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      { code: 'unknown-format', looksLike: 'svg' },
    ],
    [
      'a HEIC at Slack',
      slack,
      () => latin1('\0\0\0\x18ftypheic\0\0\0\0mif1heic'),
      { code: 'unknown-format', looksLike: 'heic' },
    ],
    ['a PDF', whole, () => latin1('%PDF-1.7\n'), { code: 'unknown-format', looksLike: 'pdf' }],
    ['a ZIP', whole, () => latin1('PK\x03\x04\x14\0'), { code: 'unknown-format', looksLike: 'zip' }],
    [
      'one byte too many',
      { ...whole, maxBytes: 34 },
      () => gifOfManyFrames(1),
      { code: 'too-many-bytes', bytes: 35, maxBytes: 34 },
    ],
    [
      '700 KiB at Twitter, of anything',
      twitter,
      () => Buffer.alloc(716_800),
      { code: 'too-many-bytes', bytes: 716_800, maxBytes: 716_799 },
    ],
    [
      'the first bytes of a JPEG only',
      whole,
      () => Buffer.from([0xff, 0xd8, 0xff]),
      { code: 'corrupt-image', format: 'jpeg' },
    ],
    ['the signature of a PNG only', whole, () => latin1('\x89PNG\r\n\x1a\n'), { code: 'corrupt-image', format: 'png' }],
    ['the signature of a GIF only', whole, () => latin1('GIF89a'), { code: 'corrupt-image', format: 'gif' }],
    [
      'a GIF without a frame',
      whole,
      () => gifFile({ screenPx: [9, 9], frames: [] }),
      { code: 'corrupt-image', format: 'gif' },
    ],
    [
      'a PNG whose pixels are damaged',
      whole,
      async () => damaged(await png({ width: 200, height: 200 })),
      { code: 'corrupt-image', format: 'png' },
    ],
    [
      '501 frames at Slack',
      slack,
      () => gifOfManyFrames(501),
      { code: 'too-many-frames', frames: 501, maxFrames: 500 },
    ],
    [
      'an animated PNG of 501 frames',
      slack,
      async () => withChunk(await png(black(512, 512)), 'acTL', Buffer.from([0, 0, 1, 0xf5, 0, 0, 0, 0])),
      { code: 'too-many-frames', frames: 501, maxFrames: 500 },
    ],
    ['35 bytes of GIF', whole, tinyBombGif, { code: 'too-many-pixels', pixels: 268_402_689, maxPixels: 50_000_000 }],
    [
      '35 bytes of GIF at Slack',
      slack,
      tinyBombGif,
      { code: 'too-many-pixels', pixels: 268_402_689, maxPixels: 50_000_000 },
    ],
    // A small screen that the first frame enlarges.
    [
      'a GIF that hides its size in a frame',
      whole,
      () => gifFile({ screenPx: [1, 1], frames: [[0, 0, 16_383, 16_383]] }),
      { code: 'too-many-pixels' },
    ],
    // 5000 × 4000 × 3 × 2 × 2 = 240 MB, from a few dozen bytes of header.
    [
      'an interlaced PNG of 16 bits',
      whole,
      () => pngClaiming(5000, 4000, { depth: 16, interlace: 1 }),
      { code: 'too-much-memory', workingBytes: 240_000_000, maxWorkingBytes: 150_000_000 },
    ],
    [
      'a GIF of 40 megapixels',
      whole,
      () => gifFile({ screenPx: [1, 1], frames: [[0, 0, 8000, 5000]] }),
      { code: 'too-much-memory', workingBytes: 320_000_000, maxWorkingBytes: 150_000_000 },
    ],
    [
      'too narrow at Slack',
      slack,
      () => png(black(511, 600)),
      { code: 'too-small', widthPx: 511, heightPx: 600, minSidePx: 512 },
    ],
    [
      'too narrow at Slack, seen upright',
      slack,
      () => jpeg({ ...black(600, 511), orientation: 8 }),
      { code: 'too-small', widthPx: 511, heightPx: 600, minSidePx: 512 },
    ],
    [
      'too tall at Slack',
      slack,
      () => png(black(600, 1025)),
      { code: 'too-large', widthPx: 600, heightPx: 1025, maxSidePx: 1024 },
    ],
  ])('%s', async (_, policy, file, refusal) => {
    expect(await inspect(await file(), policy)).toEqual({ ok: false, refusal: expect.objectContaining(refusal) });
  });

  test('too many pixels are refused before anything is decoded', async () => {
    const started = performance.now();
    const before = process.memoryUsage().rss;
    await inspect(tinyBombGif(), whole);
    await inspect(pngClaiming(30_000, 30_000, { depth: 16, interlace: 1 }), whole);
    expect(performance.now() - started).toBeLessThan(50);
    expect(process.memoryUsage().rss - before).toBeLessThan(20_000_000);
  });
});

test('a camera’s segments of any kind do not disturb', async () => {
  const file = [0xe2, 0xed, 0xfe].reduce(
    (bytes, marker) => withSegment(bytes, marker, latin1('MPF\0 or whatever \xff\xd9 \xff\xda')),
    await jpeg({ width: 40, height: 20 }),
  );
  expect(await inspect(file, whole)).toMatchObject({ ok: true, value: { widthPx: 40, heightPx: 20 } });
});

/** Changes a byte in the middle of the picture data. */
function damaged(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const middle = Math.floor(file.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 0x55;
  return copy;
}

/** A PNG of whole structure, whose header claims a size and whose pixel data is empty. */
function pngClaiming(
  width: number,
  height: number,
  { depth, interlace }: { depth: number; interlace: number },
): Buffer {
  const chunk = (type: string, content: Buffer) => {
    const frame = Buffer.alloc(4);
    frame.writeUInt32BE(content.length);
    return Buffer.concat([frame, latin1(type), content, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 2, 0, 0, interlace], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', Buffer.alloc(0)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([latin1('\x89PNG\r\n\x1a\n'), ...parts]);
}
