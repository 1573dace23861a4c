import { type HeaderList, type HttpResponse, headerValue, withoutHeaders } from './viewer-request.ts';

/**
 * The part of a whole answer that a viewer asks for: 304 when they have it, 206 or 416 for a range, otherwise all of
 * it. RFC 9110, sections 13.1 and 14; CloudFront's guide, "Range GETs". Several ranges at once get the whole, which the
 * RFC allows.
 */
export function conditionalResponse(answer: HttpResponse, requestHeaders: HeaderList): HttpResponse {
  if (answer.status !== 200) return answer;
  if (isUnchanged(requestHeaders, answer.headers)) {
    return { status: 304, headers: answer.headers.filter(([name]) => !isOfContent(name)), body: Buffer.alloc(0) };
  }
  const range = headerValue(requestHeaders, 'range');
  return range === undefined || !isSameObject(requestHeaders, answer.headers) ? answer : cut(answer, range);
}

const isOfContent = (name: string): boolean => name.toLowerCase().startsWith('content-');

/** If-None-Match may list several tags, even weak ones. If-Modified-Since counts only without it (RFC 9110, 13.1). */
export function isUnchanged(requestHeaders: HeaderList, has: HeaderList): boolean {
  const tags = headerValue(requestHeaders, 'if-none-match');
  const etag = headerValue(has, 'etag');
  if (tags !== undefined) {
    const strong = (tag = '') => tag.trim().replace(/^W\//, '');
    return tags.trim() === '*' || (etag !== undefined && tags.split(',').some((tag) => strong(tag) === strong(etag)));
  }
  const since = Date.parse(headerValue(requestHeaders, 'if-modified-since') ?? '');
  return Date.parse(headerValue(has, 'last-modified') ?? '') <= since;
}

/** If-Range: the range counts only when the object is still the one of which the viewer has a part. */
function isSameObject(requestHeaders: HeaderList, has: HeaderList): boolean {
  const condition = headerValue(requestHeaders, 'if-range');
  return condition === undefined || [headerValue(has, 'etag'), headerValue(has, 'last-modified')].includes(condition);
}

/** One range: `bytes=0-4`, `bytes=5-`, `bytes=-5`. Anything else is ignored. */
function cut(answer: HttpResponse, range: string): HttpResponse {
  const { length } = answer.body;
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  if (first === undefined || last === undefined || `${first}${last}` === '') return answer;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return answer;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (start > end) {
    const headers: HeaderList = [['content-range', `bytes */${length}`]];
    return { status: 416, headers, body: Buffer.alloc(0) };
  }
  return {
    status: 206,
    headers: [
      ...withoutHeaders(answer.headers, ['content-length']),
      ['content-range', `bytes ${start}-${end}/${length}`],
    ],
    body: answer.body.subarray(start, end + 1),
  };
}
