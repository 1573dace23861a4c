import { describe, expect, test } from '@jest/globals';
import { readForm } from '../../lambdas/edge/form.ts';
import type { Request } from '../../lambdas/edge/request.ts';
import { FRAMINGS } from './framings.ts';

const request = (contentType: string | undefined, body: string | Buffer): Request => ({
  verb: 'POST',
  path: '/api/users.setPhoto',
  query: [],
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  body: typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  id: 'request-1',
  baseUrl: 'https://example.com',
  viewerAddress: '192.0.2.1',
});

const lines = (...text: string[]) => text.join('\r\n');
const read = (contentType: string | undefined, body: string | Buffer) => {
  const form = readForm(request(contentType, body));
  return form.ok ? form.value.map(({ name, bytes }) => [name, bytes.toString('latin1')]) : form.refusal;
};

test.each(FRAMINGS)('multipart: $client', ({ contentType, body, says }) => {
  const image = Buffer.from('\x89PNG\r\n\x1a\n\x00\xff', 'latin1');
  const form = readForm(request(contentType, body(image)));
  const given = form.ok ? form.value : [];
  expect(given.map(({ name, bytes }) => (bytes.equals(image) ? name : `${name}=${bytes}`))).toEqual(says(image));
});

test('urlencoded, a picture’s bytes percent-encoded, as PHP and curl send it', () => {
  const body = 'image=%89PNG%0D%0A%1A%0A%00%FF&crop_w=5';
  expect(read('application/x-www-form-urlencoded; charset=utf-8', body)).toEqual([
    ['image', '\x89PNG\r\n\x1a\n\x00\xff'],
    ['crop_w', '5'],
  ]);
});

describe('urlencoded text', () => {
  test.each([
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=x+y%20z', [['a', 'x y z']]],
    [
      'a=100%&b=%zz',
      [
        ['a', '100%'],
        ['b', '%zz'],
      ],
    ],
    ['a=%4a%4A%0f%F', [['a', 'JJ\x0f%F']]],
    ['%61=%25%32%35%2B%C3%A9', [['a', '%25+\xc3\xa9']]],
    ['a=%:0%0`%0G%G0%@A', [['a', '%:0%0`%0G%G0%@A']]],
    ['a', [['a', '']]],
    ['&&a==b&', [['a', '=b']]],
  ])('%s', (body, expected) => {
    expect(read('application/x-www-form-urlencoded', body)).toEqual(expected);
  });
});

describe('an empty body has no arguments, whatever its type', () => {
  test.each([undefined, 'application/json;charset=utf-8', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    '%s',
    (contentType) => {
      expect(read(contentType, '')).toEqual([]);
    },
  );
});

describe('refused', () => {
  const part = lines('--b', 'Content-Disposition: form-data; name="image"', '', 'bytes');
  const many = Array.from({ length: 101 }, (_, index) => `a${index}=1`).join('&');
  test.each([
    ['no content type', undefined, 'a=1', { code: 'content-type-missing' }],
    ['JSON', 'application/json', '{}', { code: 'content-type-unknown', contentType: 'application/json' }],
    ['no boundary in the type', 'multipart/form-data', part, { code: 'body-malformed' }],
    ['no closing boundary', 'multipart/form-data; boundary=b', part, { code: 'body-truncated' }],
    ['another boundary', 'multipart/form-data; boundary=c', part, { code: 'body-malformed' }],
    ['no delimiter', 'multipart/form-data; boundary=c', 'image=bytes', { code: 'body-malformed' }],
    ['cut off in a header', 'multipart/form-data; boundary=b', '--b\r\nContent-Disp', { code: 'body-truncated' }],
    [
      'too many arguments',
      'application/x-www-form-urlencoded',
      many,
      { code: 'too-many-arguments', maxArguments: 100 },
    ],
    [
      'a byte over the limit, when no length was told',
      'multipart/form-data; boundary=b',
      Buffer.alloc(4_500_001),
      { code: 'body-too-large', maxBytes: 4_500_000 },
    ],
  ])('%s', (_name, contentType, body, refusal) => {
    expect(read(contentType, body)).toEqual(refusal);
  });

  const encoded = (encoding: string) =>
    readForm({
      ...request('application/x-www-form-urlencoded', 'a=1'),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': encoding },
    });
  test.each(['gzip', 'GZIP', 'br, gzip'])('Content-Encoding: %s', (encoding) => {
    expect(encoded(encoding)).toEqual({
      ok: false,
      refusal: { code: 'content-encoding-unknown', contentEncoding: encoding.toLowerCase() },
    });
  });
  test.each(['', 'identity', ' Identity '])('but not %j, which means none', (encoding) => {
    expect(encoded(encoding)).toMatchObject({ ok: true });
  });
});

test('a large part comes through byte for byte', () => {
  const bytes = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => (index * 7919) & 255));
  const body = Buffer.concat([
    Buffer.from(lines('--b', 'Content-Disposition: form-data; name="image"; filename="a"', '', '')),
    bytes,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const form = readForm(request('multipart/form-data; boundary=b', body));
  expect(form.ok && form.value[0]?.bytes.equals(bytes)).toBe(true);
});
