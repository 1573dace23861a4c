import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { compressed, encodingFor } from '../../local/compression.ts';
import { type HttpResponse, headerValue } from '../../local/viewer-request.ts';

/** CloudFront's guide, "Serving compressed files", line by line. */
const answer = (bytes = 1_000, more: Partial<HttpResponse> = {}, type = 'text/html; charset=utf-8'): HttpResponse => ({
  status: 200,
  headers: [
    ['content-type', type],
    ['etag', '"strong"'],
  ],
  body: Buffer.alloc(bytes, 'a'),
  ...more,
});

describe('an answer is compressed', () => {
  test.each([
    ['of 1,000 bytes', answer(1_000), 'br'],
    ['but not of 999', answer(999), undefined],
    ['of 10,000,000 bytes', answer(10_000_000), 'br'],
    ['but not of one more', answer(10_000_001), undefined],
    ['when it is JSON', answer(1_000, {}, 'Application/JSON'), 'br'],
    ['but not when it is a picture', answer(1_000, {}, 'image/jpeg'), undefined],
    ['nor problem+json, which is not on the list', answer(1_000, {}, 'application/problem+json'), undefined],
    ['when it is a 404', answer(1_000, { status: 404 }), 'br'],
    ['but not a 206', answer(1_000, { status: 206 }), undefined],
    [
      'nor one that is encoded already, however',
      answer(1_000, {
        headers: [
          ['content-type', 'text/html'],
          ['Content-Encoding', 'identity'],
        ],
      }),
      undefined,
    ],
  ])('%s', (_, given, expected) => {
    expect(encodingFor(given, ['br', 'gzip'])).toBe(expected);
  });

  test('in gzip where the viewer takes no other, and not at all where none', () => {
    expect(encodingFor(answer(), ['gzip'])).toBe('gzip');
    expect(encodingFor(answer(), [])).toBeUndefined();
  });
});

describe('compressed', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('by %s it is smaller, and says so', async (encoding, undo) => {
    const got = await compressed(answer(5_000), encoding);
    expect(undo(got.body)).toEqual(Buffer.alloc(5_000, 'a'));
    expect(got.body.length).toBeLessThan(1_000);
    expect(Object.fromEntries(got.headers)).toEqual({
      'content-type': 'text/html; charset=utf-8',
      etag: 'W/"strong"',
      'content-encoding': encoding,
      vary: 'Accept-Encoding',
    });
  });

  test.each([
    ['W/"weak"', 'W/"weak"'],
    ['neither', undefined],
  ])('an ETag %s becomes %s', async (etag, expected) => {
    const got = await compressed(answer(1_000, { headers: [['etag', etag]] }), 'gzip');
    expect(headerValue(got.headers, 'etag')).toBe(expected);
  });

  test('without an encoding it is left alone', async () => {
    const given = answer();
    expect(await compressed(given, undefined)).toBe(given);
  });
});
