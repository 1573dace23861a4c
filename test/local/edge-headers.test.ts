import { describe, expect, test } from '@jest/globals';
import { edgeFunction } from '../../local/edge-function.ts';
import { checkUri } from '../../local/edge-headers.ts';
import { viewerGet } from './cdn-request.ts';

/** CloudFront's guide, "Restrictions on all edge functions". What breaks them gets the viewer a 502. */
const run = (body: string, ...request: Parameters<typeof viewerGet>) =>
  edgeFunction(`function handler(event) { var request = event.request; ${body}; return request; }`, {
    id: 'HOST',
    domainName: 'host.cloudfront.net',
  })(viewerGet(...request));

const HEADERS: [string, string][] = [
  ['Host', 'photos.example'],
  ['Content-Length', '3'],
  ['Connection', 'keep-alive'],
  ['Expect', '100-continue'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Edge-Some', '1'],
  ['X-Kept', '1'],
];

test('what a function may not see, it does not, and it stays with the request', async () => {
  const seen = await run(
    "return { statusCode: 200, body: { encoding: 'text', data: Object.keys(request.headers).join() } }",
    '/a',
    HEADERS,
  );
  expect('answer' in seen && seen.answer.body.toString()).toBe('host,content-length,x-kept');
  const passed = await run('', '/a', HEADERS);
  expect('request' in passed && passed.request.headers).toEqual(HEADERS);
});

describe('a function is refused that', () => {
  test.each([
    ['sets a header it may not', "request.headers['x-forwarded-proto'] = { value: 'https' }", 'x-forwarded-proto'],
    ['sets one of CloudFront’s own', "request.headers['x-edge-location'] = { value: 'x' }", 'x-edge-location'],
    ['changes Host', "request.headers.host = { value: 'other' }", 'host'],
    ['takes Content-Length away', "delete request.headers['content-length']", 'content-length'],
    ['adds Via', "request.headers.via = { value: 'me' }", 'via'],
    ['answers with one it may not', "return { statusCode: 200, headers: { 'x-cache': { value: 'Hit' } } }", 'x-cache'],
    ['makes the URI too long', "request.uri = '/' + Array(8192).join('a')", 'too long'],
    ['makes a query with a space', "request.querystring = { a: { value: 'b c' } }", 'percent-encoding'],
  ])('%s', async (_, body, words) => {
    await expect(run(body, '/a', HEADERS)).rejects.toThrow(words);
  });
});

test('a URI of 8,191 characters is none too long', () => {
  expect(() => checkUri(`/${'a'.repeat(8_186)}`, 'q=1', false)).not.toThrow();
  expect(() => checkUri(`/${'a'.repeat(8_187)}`, 'q=1', false)).toThrow();
});
