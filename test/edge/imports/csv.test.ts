import { describe, expect, test } from '@jest/globals';
import { CsvError, readCsv } from '../../../lambdas/edge/imports/csv.ts';
import { delimiterOf } from '../../../lambdas/edge/imports/csv-opening.ts';

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
      'CR alone, as Excel for Mac writes',
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['CR CR LF, as csv.writer writes into a text file of Windows', 'a\r\r\nb\r\r\n', [['a'], ['b']]],
    ['empty fields', '"",x,', [['', 'x', '']]],
    [
      'rows of empty cells are left out, blanks and quotes in them or not',
      ',,\na,,\n , ,\u00a0\n"",,""\nb,,',
      [
        ['a', '', ''],
        ['b', '', ''],
      ],
    ],
    ['blanks around quotes', ' "a" ,\t"b, c" \n', [['a', 'b, c']]],
    ['a quote within a cell', '5" tape,x\n', [['5" tape', 'x']]],
    ['empty lines are left out', '\r\na\n\n\nb\n', [['a'], ['b']]],
    ['any script', 'Åsa Öberg,写真.jpg', [['Åsa Öberg', '写真.jpg']]],
    ['a CR at the very end', 'a,b\r', [['a', 'b']]],
  ])('%s', (_rule, text, records) => {
    expect(fieldsOf(text)).toEqual(records);
  });

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('knows its line, also behind line ends in quotes and empty lines: %s', (_what, end) => {
    const text = ['h', '"a', 'b"', '', ',,', 'c', ''].join(end);
    expect(whole(text).records.map(({ line }) => line)).toEqual([1, 2, 6]);
  });
});

describe('a bad line is bad alone', () => {
  test.each<[what: string, bad: string | Buffer, fields: string[], problem: string]>([
    ['a quote that is never closed', '"b,x', ['b', 'x'], 'bad_quotes'],
    ['text behind a closing quote', '"b"c,x', ['bc', 'x'], 'bad_quotes'],
    ['Latin-1', Buffer.from([0x62, 0xe9, 0x2c, 0x78]), ['b\ufffd', 'x'], 'not_utf8'],
    ['half a letter', Buffer.from([0x62, 0xc3, 0x2c, 0x78]), ['b\ufffd', 'x'], 'not_utf8'],
  ])('%s', (_what, bad, fields, problem) => {
    const lines = [Buffer.from('a,1\n'), Buffer.from(bad), Buffer.from('\nc,"3"\nd,4\n')];
    expect(whole(Buffer.concat(lines)).records).toEqual([
      { fields: ['a', '1'], line: 1 },
      { fields, line: 2, problem },
      { fields: ['c', '3'], line: 3 },
      { fields: ['d', '4'], line: 4 },
    ]);
  });

  test('a line that the piece does not hold is waited for, until the piece is full', () => {
    const start = { delimiter: ',', line: 7, isLast: false };
    const open = Buffer.from('"a,1\nb,2\nc');
    expect(readCsv(open, start)).toEqual({ records: [], bytes: 0, lines: 0 });
    expect(readCsv(open, { ...start, isFull: true })).toEqual({
      records: [
        { fields: ['a', '1'], line: 7, problem: 'bad_quotes' },
        { fields: ['b', '2'], line: 8 },
      ],
      bytes: 9,
      lines: 2,
    });
    expect(() => readCsv(Buffer.from('aaaa'), { ...start, isFull: true })).toThrow(
      new CsvError('line 7: longer than 4 bytes'),
    );
  });

  test('two quotes that stand alone, lines apart, do not swallow what is between them', () => {
    const text = Buffer.from('a,"1\nb,2\nc,3\nd",4\n"e\n",5\n"f",6,"two\nlines"\n');
    const { records } = readCsv(text, { delimiter: ',', line: 1, isLast: true, oneLine: [0, 1] });
    expect(records).toEqual([
      { fields: ['a', '1'], line: 1, problem: 'bad_quotes' },
      { fields: ['b', '2'], line: 2 },
      { fields: ['c', '3'], line: 3 },
      { fields: ['d"', '4'], line: 4 },
      // A line end around a cell's text is trimmed like other blanks, and other columns may hold line ends.
      { fields: ['e\n', '5'], line: 5 },
      { fields: ['f', '6', 'two\nlines'], line: 7 },
    ]);
  });

  test('and no more is read than was asked for', () => {
    const start = { delimiter: ',', line: 1, isLast: true };
    expect(readCsv(Buffer.from('aa\nbb\ncc\n'), { ...start, maxBytes: 4 })).toMatchObject({ bytes: 6, lines: 2 });
  });

  test('quotes that never close cost no more than a look at each line', () => {
    const open = Buffer.from('"a\n'.repeat(100_000));
    const startMs = performance.now();
    // Each quote but the last is closed by the next line's, with text after it.
    expect(whole(open).records).toHaveLength(100_000);
    // A tenth of a second; were the rest looked at for each line, minutes. A busy machine may take some seconds.
    expect(performance.now() - startMs).toBeLessThan(15_000);
  });
});

test('a file read in pieces gives the same, wherever it is cut', () => {
  const text = Buffer.from('file,user\r\n"a, ""b""",ada\r\nc\n"d\r\ne",é写\r\n\r\n"open,1\r"f" ,2\r\nlast,x');
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
