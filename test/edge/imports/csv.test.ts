import { describe, expect, test } from '@jest/globals';
import { delimiterOf, readCsv } from '../../../lambdas/edge/imports/csv.ts';

const whole = (text: string | Uint8Array, delimiter = ',') =>
  readCsv(Buffer.from(text), { delimiter, line: 1, isLast: true });
const fieldsOf = (text: string, delimiter?: string) => whole(text, delimiter).records.map(({ fields }) => fields);

describe('a record', () => {
  // RFC 4180, section 2, rule by rule.
  test.each<[rule: string, text: string, records: string[][]]>([
    [
      '1: lines end in CRLF',
      'aaa,bbb\r\nzzz,yyy\r\n',
      [
        ['aaa', 'bbb'],
        ['zzz', 'yyy'],
      ],
    ],
    ['2: the last line end may be missing', 'aaa\r\nzzz', [['aaa'], ['zzz']]],
    ['4: spaces belong to a field', ' a , b', [[' a ', ' b']]],
    ['5: fields may be quoted', '"aaa","bbb",ccc', [['aaa', 'bbb', 'ccc']]],
    [
      '6: delimiters and line ends in quotes',
      '"a,a","b\r\nb"\r\nc,d',
      [
        ['a,a', 'b\r\nb'],
        ['c', 'd'],
      ],
    ],
    ['7: two quotes are one', '"a""b"', [['a"b']]],
    [
      'LF alone, as Unix writes',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'empty fields',
      ',,\n"",x,',
      [
        ['', '', ''],
        ['', 'x', ''],
      ],
    ],
    ['empty lines are left out', '\r\na\n\n\nb\n', [['a'], ['b']]],
    ['any script', 'Åsa Öberg,写真.jpg', [['Åsa Öberg', '写真.jpg']]],
    ['a CR inside of a field', 'a\rb,c', [['a\rb', 'c']]],
    ['a CR at the very end', 'a,b\r', [['a', 'b']]],
  ])('%s', (_rule, text, records) => {
    expect(fieldsOf(text)).toEqual(records);
  });

  test('knows its line, also behind line ends in quotes and empty lines', () => {
    expect(whole('h\n"a\nb"\n\nc\n').records.map(({ line }) => line)).toEqual([1, 2, 5]);
  });

  test.each([
    ['a quote that is never closed', 'a\n"b\n', 'line 2: a quote is never closed'],
    ['text behind a closing quote', '"a"b', 'line 1: text behind a closing quote'],
    ['Latin-1', Buffer.from([0x61, 0xe9]), 'line 1: not UTF-8'],
  ])('%s is said with its line', (_what, text, words) => {
    expect(() => whole(text)).toThrow(words);
  });
});

test('a file read in pieces gives the same, wherever it is cut', () => {
  const text = Buffer.from('file,user\r\n"a, ""b""",ada\r\nc\n"d\r\ne",é写\r\n\r\nlast,x');
  const expected = whole(text).records;
  for (let cut = 1; cut < text.length; cut++) {
    const first = readCsv(text.subarray(0, cut), { delimiter: ',', line: 1, isLast: false });
    const rest = { delimiter: ',', line: 1 + first.lines, isLast: true };
    const second = readCsv(text.subarray(first.bytes), rest);
    expect({ cut, records: [...first.records, ...second.records] }).toEqual({ cut, records: expected });
  }
});

test.each([
  ['file,user', ','],
  ['file;user', ';'],
  ['file\tuser', '\t'],
  ['file', ','],
  ['"a;b",c', ','],
])('the delimiter of %j is %j', (header, delimiter) => {
  expect(delimiterOf(header)).toBe(delimiter);
});
