import { beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { FORMATS } from '../../lambdas/core/photo.ts';
import { UPLOAD_POLICIES } from '../../lambdas/core/upload-policy.ts';
import { slackError } from '../../lambdas/edge/slack/error-messages.ts';
import { twitterError } from '../../lambdas/edge/twitter/error-messages.ts';
import { inspect } from '../../lambdas/image/inspect.ts';
import { heicFile } from '../heic/heic-files.ts';
import { avifOf, gif, jpeg, png, solid, webpOf } from '../pictures.ts';
import { whole } from './rendered.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const picture = solid(8, 8, [200, 30, 30]);

describe('taken', () => {
  test.each([
    ['jpeg', () => jpeg({ picture })],
    ['png', () => png({ picture })],
    ['gif', () => gif({ picture })],
    ['webp', () => webpOf(picture)],
    ['avif', () => avifOf(picture)],
    ['heic', async () => heicFile('red')],
  ])('%s', async (format, make) => {
    const sidePx = format === 'heic' ? 64 : 8;
    const value = { format, widthPx: sidePx, heightPx: sidePx };
    expect(await inspect(await make(), whole)).toMatchObject({ ok: true, value });
  });
});

describe('refused, by its bytes and whatever it is called', () => {
  const genuine = new Map<string, Buffer>();
  beforeAll(async () => {
    const open = () => sharp(picture.data, { raw: { width: 8, height: 8, channels: 3 } });
    for (const format of ['webp', 'tiff', 'avif'] as const)
      genuine.set(format, await open().toFormat(format).toBuffer());
    genuine.set('heic', heicFile('red'));
  });

  test.each([
    ['tiff', whole],
    ['webp', UPLOAD_POLICIES.slack],
    ['avif', UPLOAD_POLICIES.slack],
    ['webp', UPLOAD_POLICIES.twitter],
    ['avif', UPLOAD_POLICIES.twitter],
    ['heic', UPLOAD_POLICIES.slack],
    ['heic', UPLOAD_POLICIES.twitter],
  ])('a genuine %s', async (format, policy) => {
    const result = await inspect(genuine.get(format) ?? Buffer.alloc(0), policy);
    const { formats } = policy;
    expect(result).toEqual({ ok: false, refusal: { code: 'unknown-format', looksLike: format, formats } });
  });

  // The first bytes of each, from its specification. What follows does not matter, because nothing of it is read.
  test.each([
    ['svg', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="file:///etc/passwd"/></svg>'],
    ['svg', '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'],
    ['pdf', '%PDF-1.7\n'],
    ['jxl', '\xff\x0a\xfa\x1f'],
    ['jxl', '\0\0\0\x0cJXL \r\n\x87\n'],
    ['jpeg2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['bmp', 'BM\x46\0\0\0'],
    ['ico', '\0\0\x01\0\x01\0'],
    ['psd', '8BPS\0\x01'],
    ['zip', 'PK\x03\x04\x14\0'],
    ['html', '<!doctype html><img src="me.png">'],
    ['video', '\0\0\0\x20ftypisom'],
    ['url', 'https://example.com/me.png'],
  ])('%s', async (looksLike, start) => {
    expect(await inspect(latin1(start), whole)).toEqual({
      ok: false,
      refusal: { code: 'unknown-format', looksLike, formats: whole.formats },
    });
  });

  test.each(['WebP', 'AVIF'])('a %s is told where it is taken, by Slack’s API and by Twitter’s', (name) => {
    const refusal = { code: 'unknown-format', looksLike: name.toLowerCase(), formats: FORMATS } as const;
    expect(slackError(refusal)).toMatchObject({ error: 'bad_image', message: expect.stringMatching(name) });
    expect(slackError(refusal).message).toMatch('POST /v1/photo');
    expect(twitterError(refusal).message).toBe(`media type unrecognized. POST /v1/photo takes ${name}.`);
  });

  test('a HEIC is told what to do', () => {
    expect(slackError({ code: 'unknown-format', looksLike: 'heic', formats: FORMATS })).toMatchObject({
      error: 'bad_image',
      message: expect.stringMatching(/HEIC.*send it as JPEG/),
    });
  });
});
