import { describe, expect, test } from '@jest/globals';
import { readForm } from '../../lambdas/edge/form.ts';
import type { Request } from '../../lambdas/edge/request.ts';

const request = (contentType: string | undefined, body: string | Buffer): Request => ({
  verb: 'POST',
  path: '/api/users.setPhoto',
  query: [],
  headers: contentType === undefined ? {} : { 'content-type': contentType },
  body: typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
  id: 'request-1',
  baseUrl: 'https://example.com',
});

const lines = (...text: string[]) => text.join('\r\n');
const read = async (contentType: string | undefined, body: string | Buffer) => {
  const form = await readForm(request(contentType, body));
  return form.ok ? form.value.map(({ name, bytes }) => [name, bytes.toString('latin1')]) : form.refusal;
};

/** Framings of real clients (RFC 7578 leaves all of them open), around the same two arguments. */
const FRAMINGS: [client: string, contentType: string, body: string][] = [
  [
    'Node, image first, octet-stream',
    'multipart/form-data; boundary=--------------------------2df10ad420a3a523c3662f0d',
    lines(
      '----------------------------2df10ad420a3a523c3662f0d',
      'Content-Disposition: form-data; name="image"; filename="Untitled"',
      'Content-Type: application/octet-stream',
      '',
      '\x89PNG\r\n\x1a\n\x00\xff',
      '----------------------------2df10ad420a3a523c3662f0d',
      'Content-Disposition: form-data; name="crop_w"',
      '',
      '5',
      '----------------------------2df10ad420a3a523c3662f0d--',
      '',
    ),
  ],
  [
    'Python, bare CRLF before the first boundary, full path as filename',
    'multipart/form-data; boundary=------------0d7c0e62-7cf6-4a2f',
    lines(
      '',
      '--------------0d7c0e62-7cf6-4a2f',
      'Content-Disposition: form-data; name="image"; filename="dir/me.png"',
      'Content-Type: image/png',
      '',
      '\x89PNG\r\n\x1a\n\x00\xff',
      '--------------0d7c0e62-7cf6-4a2f',
      'Content-Disposition: form-data; name="crop_w"',
      '',
      '5',
      '--------------0d7c0e62-7cf6-4a2f--',
      '',
    ),
  ],
  [
    'Java, an invalid media type and a length in each part',
    'multipart/form-data; boundary=9f3c',
    lines(
      '--9f3c',
      'Content-Disposition: form-data; name="image"; filename="image"',
      'Content-Type: imageData/*',
      'Content-Length: 10',
      '',
      '\x89PNG\r\n\x1a\n\x00\xff',
      '--9f3c',
      'Content-Disposition: form-data; name="crop_w"',
      'Content-Length: 1',
      '',
      '5',
      '--9f3c--',
      '',
    ),
  ],
  [
    'aiohttp, Content-Type before Content-Disposition',
    'multipart/form-data; boundary=0123456789abcdef0123456789abcdef',
    lines(
      '--0123456789abcdef0123456789abcdef',
      'Content-Type: application/octet-stream',
      'Content-Disposition: form-data; name="image"; filename="image"',
      '',
      '\x89PNG\r\n\x1a\n\x00\xff',
      '--0123456789abcdef0123456789abcdef',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Disposition: form-data; name="crop_w"',
      '',
      '5',
      '--0123456789abcdef0123456789abcdef--',
      '',
    ),
  ],
  [
    'no filename, no type, a quoted boundary',
    'multipart/form-data; boundary="a b:c"',
    lines(
      '--a b:c',
      'Content-Disposition: form-data; name="image"',
      '',
      '\x89PNG\r\n\x1a\n\x00\xff',
      '--a b:c',
      'Content-Disposition: form-data; name="crop_w"',
      '',
      '5',
      '--a b:c--',
    ),
  ],
  [
    'urlencoded, raw bytes percent-encoded',
    'application/x-www-form-urlencoded; charset=utf-8',
    'image=%89PNG%0D%0A%1A%0A%00%FF&crop_w=5',
  ],
];

describe('the same arguments from every framing', () => {
  test.each(FRAMINGS)('%s', async (_client, contentType, body) => {
    expect(await read(contentType, body)).toEqual([
      ['image', '\x89PNG\r\n\x1a\n\x00\xff'],
      ['crop_w', '5'],
    ]);
  });
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
    ['a', [['a', '']]],
    ['&&a==b&', [['a', '=b']]],
  ])('%s', async (body, expected) => {
    expect(await read('application/x-www-form-urlencoded', body)).toEqual(expected);
  });
});

describe('an empty body has no arguments, whatever its type', () => {
  test.each([undefined, 'application/json;charset=utf-8', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    '%s',
    async (contentType) => {
      expect(await read(contentType, '')).toEqual([]);
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
    ['another boundary', 'multipart/form-data; boundary=c', part, { code: 'body-truncated' }],
    ['cut off in a header', 'multipart/form-data; boundary=b', '--b\r\nContent-Disp', { code: 'body-truncated' }],
    [
      'too many arguments',
      'application/x-www-form-urlencoded',
      many,
      { code: 'too-many-arguments', maxArguments: 100 },
    ],
  ])('%s', async (_name, contentType, body, refusal) => {
    expect(await read(contentType, body)).toEqual(refusal);
  });

  test('too many parts', async () => {
    const parts = Array.from({ length: 101 }, (_, index) =>
      lines('--b', `Content-Disposition: form-data; name="a${index}"`, '', '1'),
    );
    expect(await read('multipart/form-data; boundary=b', lines(...parts, '--b--', ''))).toEqual({
      code: 'too-many-arguments',
      maxArguments: 100,
    });
  });
});

test('a large part comes through byte for byte', async () => {
  const bytes = Buffer.from(Array.from({ length: 4_000_000 }, (_, index) => (index * 7919) & 255));
  const body = Buffer.concat([
    Buffer.from(lines('--b', 'Content-Disposition: form-data; name="image"; filename="a"', '', '')),
    bytes,
    Buffer.from('\r\n--b--\r\n'),
  ]);
  const form = await readForm(request('multipart/form-data; boundary=b', body));
  expect(form.ok && form.value[0]?.bytes.equals(bytes)).toBe(true);
});
