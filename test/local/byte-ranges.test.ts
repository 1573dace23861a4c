import { expect, test } from '@jest/globals';
import { conditionalResponse } from '../../local/byte-ranges.ts';
import type { HeaderList, HttpResponse } from '../../local/viewer-request.ts';

/** RFC 9110, sections 13.1 and 14; CloudFront's guide, "Range GETs". */
const WHOLE: HttpResponse = {
  status: 200,
  headers: [
    ['content-type', 'image/jpeg'],
    ['etag', '"one"'],
    ['last-modified', 'Fri, 02 Jan 2026 03:04:05 GMT'],
  ],
  body: Buffer.from('0123456789'),
};
const ask = (...asked: HeaderList) => {
  const { status, headers, body } = conditionalResponse(WHOLE, asked);
  return [status, Object.fromEntries(headers)['content-range'], body.toString()];
};

test.each([
  ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
  ['bytes=7-', 206, 'bytes 7-9/10', '789'],
  ['bytes=-3', 206, 'bytes 7-9/10', '789'],
  ['bytes=-30', 206, 'bytes 0-9/10', '0123456789'],
  ['bytes=8-99', 206, 'bytes 8-9/10', '89'],
  ['bytes=10-', 416, 'bytes */10', ''],
  ['bytes=-0', 416, 'bytes */10', ''],
  // Invalid, so the whole.
  ['bytes=4-2', 200, undefined, '0123456789'],
  ['bytes=-', 200, undefined, '0123456789'],
  ['bytes=a-b', 200, undefined, '0123456789'],
  ['items=1-2', 200, undefined, '0123456789'],
  // Several ranges: the RFC lets a server answer the whole.
  ['bytes=0-1,3-4', 200, undefined, '0123456789'],
])('%s', (range, status, contentRange, body) => {
  expect(ask(['Range', range])).toEqual([status, contentRange, body]);
});

test('a range of another version is the whole of this one', () => {
  expect(ask(['Range', 'bytes=2-4'], ['If-Range', '"one"'])[0]).toBe(206);
  expect(ask(['Range', 'bytes=2-4'], ['If-Range', '"two"'])[0]).toBe(200);
});

test.each<[string, HeaderList[number], number]>([
  ['the tag', ['If-None-Match', '"one"'], 304],
  ['a weak one in a list', ['if-none-match', '"two", W/"one"'], 304],
  ['another tag', ['If-None-Match', '"two"'], 200],
  ['the time', ['If-Modified-Since', 'Fri, 02 Jan 2026 03:04:05 GMT'], 304],
  ['a time before', ['If-Modified-Since', 'Thu, 01 Jan 2026 03:04:05 GMT'], 200],
])('a viewer that has %s', (_, header, status) => {
  expect(ask(header)[0]).toBe(status);
});

test('a 304 says nothing of a content that does not come', () => {
  expect(conditionalResponse(WHOLE, [['if-none-match', '*']]).headers.map(([name]) => name)).toEqual([
    'etag',
    'last-modified',
  ]);
});

test('what is no 200 is sent as it is', () => {
  const refused: HttpResponse = { ...WHOLE, status: 403 };
  expect(conditionalResponse(refused, [['range', 'bytes=0-1']])).toBe(refused);
});
