import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { FormRefusal } from '../../lambdas/core/refusal.ts';
import { readMultipart } from '../../lambdas/edge/multipart.ts';
import { png, withTrailingBytes } from '../pictures.ts';
import { FRAMINGS } from './framings.ts';

const MALFORMED: FormRefusal = { code: 'body-malformed' };
const TRUNCATED: FormRefusal = { code: 'body-truncated' };
const TOO_MANY: FormRefusal = { code: 'too-many-arguments', maxArguments: 100 };

const lines = (...text: string[]) => text.join('\r\n');
const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** What a form says, as names and Latin-1 text, or why it is refused. */
function read(contentType: string, body: Buffer | string): string[][] | FormRefusal {
  const form = readMultipart(typeof body === 'string' ? latin1(body) : body, contentType);
  return form.ok ? form.value.map(({ name, bytes }) => [name, bytes.toString('latin1')]) : form.refusal;
}
/** The beginning of a long text, and a digest of it all, so that a failure can be read. */
const shortened = (text: string) =>
  text.length < 200 ? text : `${text.slice(0, 40)}… ${createHash('sha256').update(text).digest('hex')}`;

const B = 'multipart/form-data; boundary=b';
const part = (name: string, value: string) =>
  lines('--b', `Content-Disposition: form-data; name="${name}"`, '', value, '');

describe('real clients', () => {
  /** 512×512 pixels, then bytes that a reader might stumble over, such as a client's own boundary. */
  let picture: Buffer;
  beforeAll(async () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    picture = withTrailingBytes(await png({ width: 512, height: 512 }), everyByte);
    expect(new Set(picture).size).toBe(256);
  });

  test.each(FRAMINGS)('$client', ({ contentType, boundary, body, says }) => {
    const image = withTrailingBytes(
      picture,
      latin1(
        `\r\n--\r\n--${boundary}!\r\n--${boundary}-\r\n--${boundary}--!\r\n--${boundary}--\r!\r\n--${boundary}\n--${boundary.slice(1)}\r\n\r\n`,
      ),
    );
    const form = readMultipart(body(image), contentType);
    const given = form.ok ? form.value : [];
    const texts = given.map(({ name, bytes }) => (bytes.equals(image) ? name : `${name}=${bytes.toString('latin1')}`));
    expect(texts.map(shortened)).toEqual(says(image).map(shortened));
  });

  test.each(FRAMINGS)('cut anywhere: $client', ({ contentType, boundary, body }) => {
    const whole = body(latin1('\r\n--'));
    const end = whole.lastIndexOf(`--${boundary}--`) + boundary.length + 4;
    for (let length = 0; length < end; length++)
      expect([length, read(contentType, whole.subarray(0, length))]).toEqual([length, TRUNCATED]);
    expect(read(contentType, whole.subarray(0, end))).toEqual(read(contentType, whole));
  });
});

describe('where the boundary is', () => {
  test.each([
    ['multipart/form-data; boundary=b', 'b'],
    ['multipart/form-data;boundary=b', 'b'],
    ['multipart/form-data, boundary="b"', 'b'],
    ['multipart/form-data boundary=b', 'b'],
    ['multipart/form-data ; boundary = "b" ; charset=utf-8', 'b'],
    ['MULTIPART/FORM-DATA; BOUNDARY=MixedCase', 'MixedCase'],
    ['multipart/form-data; charset="utf-8"; boundary=b', 'b'],
    ['multipart/form-data; xboundary=a; boundary=b', 'b'],
    ['multipart/form-data; boundary=a=b==', 'a=b=='],
    [`multipart/form-data; boundary="0'()+_,-./:=? z"`, "0'()+_,-./:=? z"],
    ["multipart/form-data; boundary=0'()+_,-./:=?z", "0'()+_,-./:=?z"],
    [`multipart/form-data; boundary=${'-'.repeat(26)}0`, `${'-'.repeat(26)}0`],
    [`multipart/form-data; boundary=${'-'.repeat(70)}`, '-'.repeat(70)],
  ])('%s', (contentType, boundary) => {
    const body = lines(`--${boundary}`, 'Content-Disposition: form-data; name="a"', '', '1', `--${boundary}--`, '');
    expect(read(contentType, body)).toEqual([['a', '1']]);
  });

  test.each(['multipart/form-data', `${B.slice(0, -1)}`, 'multipart/form-data; boundary=""', B + 'b'.repeat(70)])(
    'refused: %s',
    (contentType) => expect(read(contentType, `${part('a', '1')}--b--`)).toEqual(MALFORMED),
  );
});

describe('tolerated', () => {
  const named = (headers: string) => lines('--b', headers, '', '1', '--b--');
  const a = [['a', '1']];
  test.each<[string, string, string[][]]>([
    ['no parts', '--b--\r\n', []],
    ['a preamble', `for old readers\r\n--bb\r\n${part('a', '1')}--b--`, a],
    ['an epilogue', `${part('a', '1')}--b--\r\n${part('x', '2')}--b--\r\n`, a],
    ['spaces after a boundary', `${part('a', '1')}--b-- \t`.replace('--b\r', '--b \t\r'), a],
    ['line feeds alone', `\n${part('a', '1')}--b--\n`.replaceAll('\r\n', '\n'), a],
    ['a value that ends in line ends', `${part('a', '\r\n1\r\n')}--b--`, [['a', '\r\n1\r\n']]],
    [
      'empty values',
      `${part('a', '')}${part('b', '')}--b--`,
      [
        ['a', ''],
        ['b', ''],
      ],
    ],
    ['a part that ends with its headers', '--b\r\nContent-Disposition: form-data; name=a\r\n\r\n--b--', [['a', '']]],
    [
      'two parts of one name',
      `${part('a', '1')}${part('a', '2')}--b--`,
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['a name in UTF-8', `${part('\xc3\xa9', '1')}--b--`, [['é', '1']]],
    ['an empty name', `${part('', '1')}--b--`, [['', '1']]],
    ['a quote in the name', `${part('a\\"\\\\b', '1')}--b--`, [['a"\\b', '1']]],
    ['upper case', named('CONTENT-DISPOSITION: FORM-DATA; NAME="a"'), a],
    ['no spaces', named('content-disposition:form-data;name=a;filename=b'), a],
    ['the name last', named('Content-Disposition: form-data; filename="x; name=\\"b\\"; name=c"; name=a'), a],
    ['a quote that does not end', named('Content-Disposition: form-data; name="a'), a],
    ['a header over two lines', named('Content-Disposition: form-data;\r\n\tname="a"'), a],
    ['a header without a colon', named('Nonsense\r\nContent-Disposition: form-data; name="a"'), a],
    ['a long path', named(`Content-Disposition: form-data; name=a; filename="${'dir/'.repeat(4_000)}"`), a],
    [
      'base64 in upper case',
      `${part('a', 'MQ==').replace('\r\n\r', '\r\nCONTENT-TRANSFER-ENCODING: BASE64\r\n\r')}--b--`,
      a,
    ],
    [
      'base64 that is none',
      `${part('a', '\x891').replace('\r\n\r', '\r\nContent-Transfer-Encoding: base64\r\n\r')}--b--`,
      [['a', '\x891']],
    ],
  ])('%s', (_name, body, expected) => {
    expect(read(B, body)).toEqual(expected);
  });
});

describe('refused', () => {
  const parts = (count: number) => part('a', '1').repeat(count);
  const headed = (header: string) => lines('--b', header, '', '1', '--b--');
  test.each<[string, string, FormRefusal]>([
    ['no boundary in the body', 'image', MALFORMED],
    ['another boundary', part('a', '1').replaceAll('--b', '--c'), MALFORMED],
    ['a boundary within a line', `x${part('a', '1')}x--b--`, MALFORMED],
    ['the beginning of a boundary', '-', TRUNCATED],
    ['a boundary without its line end', 'preamble\r\n--b', TRUNCATED],
    ['a boundary, a space, half a line end', '--b \r', TRUNCATED],
    ['nothing between two boundaries', '--b\r\n--b--', MALFORMED],
    ['headers without an empty line after them', '--b\r\nContent-Disposition: form-data; name=a\r\n--b--', MALFORMED],
    ['a part without headers', '--b\r\n\r\n1\r\n--b--', MALFORMED],
    ['a part without a name', headed('Content-Disposition: form-data; filename="name=a"'), MALFORMED],
    ['a name in another header', headed('Content-Type: text/plain; name="a"'), MALFORMED],
    ['an extended name only', headed("Content-Disposition: form-data; name*=utf-8''a"), MALFORMED],
    ['headers too long', headed(`Content-Disposition: form-data; name=a; filename=${'x'.repeat(16_384)}`), MALFORMED],
    ['101 parts', `${parts(101)}--b--`, TOO_MANY],
  ])('%s', (_name, body, refusal) => {
    expect(read(B, body)).toEqual(refusal);
  });
  test('100 parts are not too many', () => expect(read(B, `${parts(100)}--b--`)).toHaveLength(100));
});

describe('4.5 MB of trouble take less than a second', () => {
  const fill = (text: string) => Buffer.alloc(4_500_000, text, 'latin1');
  const boundaryOf = (boundary: string) => `multipart/form-data; boundary="${boundary}"`;
  const inBase64 = (text: string) => {
    const [before, after] =
      `${part('a', '*').replace('\r\n\r', '\r\nContent-Transfer-Encoding: base64\r\n\r')}--b--`.split('*');
    return Buffer.concat([latin1(before ?? ''), fill(text), latin1(after ?? '')]);
  };
  const manyQuotes = `--b\r\nContent-Disposition: form-data${';a="\\""'.repeat(2_300)};name=a\r\n\r\n\r\n`;
  test.each<[string, string, () => Buffer, FormRefusal | 'accepted']>([
    ['parts', B, () => fill(part('a', '1')), TOO_MANY],
    ['the smallest parts', B, () => fill('--b\n:\n\n\n'), MALFORMED],
    ['line ends', B, () => fill('\r\n'), TRUNCATED],
    ['dashes', boundaryOf('-'.repeat(70)), () => fill('-'), MALFORMED],
    ['lines of dashes', boundaryOf('-'.repeat(70)), () => fill(`\n${'-'.repeat(71)}`), TRUNCATED],
    ['one letter, the boundary differs in its first', boundaryOf(`b${'a'.repeat(69)}`), () => fill('a'), MALFORMED],
    ['near boundaries', B, () => fill('\n--bx'), MALFORMED],
    ['near boundaries in a part', B, () => Buffer.concat([latin1(part('a', '')), fill('\r\n--b-')]), TRUNCATED],
    ['spaces after a boundary', B, () => Buffer.concat([latin1('--b'), fill(' ')]), TRUNCATED],
    ['a header', B, () => Buffer.concat([latin1('--b\r\nx:'), fill('x'), latin1('\r\n\r\n\r\n--b--')]), MALFORMED],
    ['quotes in headers', B, () => fill(manyQuotes), TOO_MANY],
    [
      'folded headers',
      B,
      () => fill(`--b\r\nContent-Disposition: x;name=a${'\r\n '.repeat(5_000)}\r\n\r\n\r\n`),
      TOO_MANY,
    ],
    ['base64 of spaces', B, () => inBase64(' '), 'accepted'],
    ['base64 of padding', B, () => inBase64('='), 'accepted'],
    ['base64, a letter a line', B, () => inBase64('a\r\n'), 'accepted'],
  ])('%s', (_name, contentType, make, expected) => {
    const body = make();
    // Processor time, because other tests run at the same time. It counts the whole process, and the garbage of earlier
    // tests may be collected meanwhile, so the best of three counts.
    let seconds = Number.POSITIVE_INFINITY;
    for (let attempt = 1; attempt <= 3 && seconds >= 1; attempt++) {
      const begin = process.cpuUsage();
      const form = readMultipart(body, contentType);
      const { user, system } = process.cpuUsage(begin);
      expect(form.ok ? 'accepted' : form.refusal).toEqual(expected);
      seconds = (user + system) / 1e6;
    }
    expect(seconds).toBeLessThan(1);
  });
});

test('random forms in random framings', () => {
  let state = 20_261_121;
  /** An integer from 0 to `below` − 1 (the LCG of "Numerical Recipes"; its high bits are the random ones). */
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <T>(from: readonly [T, ...T[]]): T => from[random(from.length)] ?? from[0];
  const some = (count: number, make: () => string) => Array.from({ length: count }, make).join('');
  const BOUNDARY_CHARACTERS = "0123456789azAZ'()+_,-./:=? ";

  for (let round = 0; round < 2_000; round++) {
    const end = pick(['\r\n', '\r\n', '\n']);
    const boundary = `${some(random(70), () => BOUNDARY_CHARACTERS.charAt(random(27)))}z`;
    const bytes = () => String.fromCharCode(random(256));
    // The line goes on after the boundary, so it is none.
    const almost = () => `${pick(['', end])}--${boundary}${pick(['', '-', '--'])}x`;
    const given = Array.from({ length: random(5) }, () => ({
      name: pick(['image', 'crop_x', 'a b', 'é', 'a"b', '']),
      value: some(random(12), () => pick([bytes, almost, () => `${end}--`, () => end])()),
    }));
    const framed = given.map(({ name, value }) => {
      const quoted = `"${Buffer.from(name).toString('latin1').replaceAll('"', '\\"')}"`;
      const spelled = /^[a-z_]+$/.test(name) && random(2) === 0 ? name : quoted;
      const isBase64 = random(4) === 0;
      const headers = [
        `${pick(['Content-Disposition: ', 'content-disposition:'])}form-data;${pick(['', ' ', `${end} `])}name=${spelled}${pick(['', ';', '; filename="a;b"', "; filename*=utf-8''a"])}`,
        ...pick([[], ['Content-Type: imageData/*'], ['Content-Length: 5', 'Content-Type: text/plain; name=x']]),
        ...(isBase64 ? ['Content-Transfer-Encoding: base64'] : []),
      ];
      const wire = isBase64 ? latin1(value).toString('base64').replace(/.{7}/g, '$&\n') : value;
      const ordered = random(2) === 0 ? headers : headers.toReversed();
      return `--${boundary}${pick(['', '', ' ', '\t'])}${end}${ordered.join(end)}${end}${end}${wire}${end}`;
    });
    const around = [pick(['', end, `preamble${end}`]), pick(['', end, `${end}${end}`, `${end}epilogue`])];
    const contentType = `multipart/form-data${pick([';', '; ', ', ', '; charset=utf-8; '])}boundary=${pick([`"${boundary}"`, boundary.trimStart() === boundary ? boundary : `"${boundary}"`])}`;
    const form = readMultipart(latin1(`${around[0]}${framed.join('')}--${boundary}--${around[1]}`), contentType);
    const said = form.ok
      ? form.value.map(({ name, bytes: b }) => ({ name, value: b.toString('latin1') }))
      : form.refusal;
    expect({ round, contentType, said }).toEqual({ round, contentType, said: given });
  }
});
