import { describe, expect, test } from '@jest/globals';
import { refusedByCloudFront } from '../../local/request-limits.ts';
import type { HeaderList } from '../../local/viewer-request.ts';
import { viewerGet } from './cdn-request.ts';

/** CloudFront's guide, "Request and response behavior for custom origins". */
const HOST: HeaderList[number] = ['Host', 'photos.example'];
/** `https://photos.example` is 22 characters. */
const path = (urlBytes: number) => `/${'a'.repeat(urlBytes - 23)}`;

describe('the URL', () => {
  test.each([
    [8_192, undefined],
    [8_193, 413],
  ])('of %i bytes', (bytes, status) => {
    expect(refusedByCloudFront(viewerGet(path(bytes), [HOST]))?.status).toBe(status);
    const half = viewerGet(path(4_000), [HOST], { query: 'q'.repeat(bytes - 4_001) });
    expect(refusedByCloudFront(half)?.status).toBe(status);
  });
});

describe('path, query and headers together', () => {
  // `Host: photos.example` and its line end are 22 bytes, `X: ` and its own are 5.
  test.each([
    [20_480, undefined],
    [20_481, 413],
  ])('of %i bytes', (bytes, status) => {
    const request = viewerGet('/a', [HOST, ['X', 'x'.repeat(bytes - 2 - 22 - 5)]]);
    const refused = refusedByCloudFront(request);
    expect(refused?.status).toBe(status);
    expect(refused?.isLast).toBe(status === 413 ? true : undefined);
  });
});

describe('a body', () => {
  test.each([
    ['GET', 403],
    ['HEAD', undefined],
    ['POST', undefined],
    ['DELETE', undefined],
  ])('with %s', (method, status) => {
    expect(refusedByCloudFront(viewerGet('/a', [HOST], { method, sendsBody: true }))?.status).toBe(status);
  });
});
