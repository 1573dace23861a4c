import { describe, expect, test } from '@jest/globals';
import { CsvError } from '../../../lambdas/edge/imports/csv.ts';
import { readManifestPart } from '../../../lambdas/edge/imports/manifest.ts';

const rowsOf = (text: string) => readManifestPart(Buffer.from(text), { line: 1, isLast: true })?.rows;

describe('a line of a manifest', () => {
  test.each([
    ['file and user', 'a.jpg,ada,,,', { file: 'a.jpg', user: 'ada' }],
    ['a crop box', 'a.jpg,ada,10,0,300', { file: 'a.jpg', user: 'ada', crop: { x: 10, y: 0, side: 300 } }],
    ['spaces around', ' a.jpg , ada , 1 , 2 , 3 ', { file: 'a.jpg', user: 'ada', crop: { x: 1, y: 2, side: 3 } }],
    ['no-break spaces around', '\u00a0a b.jpg\u00a0,\u202fada\u00a0', { file: 'a b.jpg', user: 'ada' }],
    ['unseen marks, as a copied path brings along', '\u202aa.jpg\u200e,\u200bada', { file: 'a.jpg', user: 'ada' }],
    ['an id as pandas writes a column with a gap', 'a.jpg,776627022.0', { file: 'a.jpg', user: '776627022' }],
    [
      'a crop box as pandas writes it',
      'a.jpg,ada,1.0,2.0,3.0',
      { file: 'a.jpg', user: 'ada', crop: { x: 1, y: 2, side: 3 } },
    ],
    ['a line end around a cell', '"a.jpg\r\n",ada', { file: 'a.jpg', user: 'ada' }],
    ['a tab in a cell', 'a\tb.jpg,ada', { file: 'a\tb.jpg', user: 'ada', problem: 'bad_character' }],
    ['a character that is none', 'a.jpg,ada\uffff', { file: 'a.jpg', user: 'ada\uffff', problem: 'bad_character' }],
    ['nothing but another column', ',,1,1,9', { file: '', user: '', problem: 'bad_row' }],
    ['a quote that is not closed', '"a.jpg,ada', { file: 'a.jpg', user: 'ada', problem: 'bad_quotes' }],
    ['a path as Windows writes it', 'new\\a.jpg,ada,,,', { file: 'new/a.jpg', user: 'ada' }],
    ['./ in front', './a.jpg,ada,,,', { file: 'a.jpg', user: 'ada' }],
    ['fields missing at the end', 'a.jpg,ada', { file: 'a.jpg', user: 'ada' }],
    ['a user with marks as separate characters', 'a.jpg,zoe\u0308@x.org,,,', { file: 'a.jpg', user: 'zo\u00eb@x.org' }],
    ['no user', 'a.jpg,,,,', { file: 'a.jpg', user: '', problem: 'bad_row' }],
    ['no file', ',ada,,,', { file: '', user: 'ada', problem: 'bad_row' }],
    ['a path that leads out', '../a.jpg,ada,,,', { file: '../a.jpg', user: 'ada', problem: 'bad_row' }],
    ['half a crop box', 'a.jpg,ada,10,,', { file: 'a.jpg', user: 'ada', problem: 'bad_crop' }],
    ['a crop box of no size', 'a.jpg,ada,1,1,0', { file: 'a.jpg', user: 'ada', problem: 'bad_crop' }],
    ['a negative corner', 'a.jpg,ada,-1,1,9', { file: 'a.jpg', user: 'ada', problem: 'bad_crop' }],
  ])('%s', (_what, line, row) => {
    expect(rowsOf(`file,user,crop_x,crop_y,crop_w\n${line}\n`)).toEqual([{ line: 2, ...row }]);
  });
});

test.each([
  ['nothing', 'a.jpg,ada,,,,', {}],
  ['what happens anyway', 'a.jpg,ada,auto,,,', {}],
  ['the middle', 'a.jpg,ada, Centre ,,,', { crop: 'centre' }],
  ['a word that is none', 'a.jpg,ada,middle,,,', { problem: 'bad_crop' }],
  ['a word and a box', 'a.jpg,ada,centre,1,2,3', { problem: 'bad_crop' }],
  ['a box', 'a.jpg,ada,,1,2,3', { crop: { x: 1, y: 2, side: 3 } }],
])('crop: %s', (_what, line, row) => {
  const read = rowsOf(`file,user,crop,crop_x,crop_y,crop_w\n${line}\n`);
  expect(read).toEqual([{ line: 2, file: 'a.jpg', user: 'ada', ...row }]);
});

describe('the header', () => {
  test.each([
    ['other columns and another order', 'name,USER,file\nAda,ada,a.jpg'],
    ['a byte order mark, as spreadsheets write', '\uFEFFfile,user\na.jpg,ada'],
    ['semicolons', 'file;user\r\na.jpg;ada\r\n'],
  ])('%s', (_what, text) => {
    expect(rowsOf(text)).toEqual([{ line: 2, file: 'a.jpg', user: 'ada' }]);
  });

  test.each([
    ['a column missing', 'file,name\na,b', 'the first line must name the columns file and user'],
    ['two of three crop columns', 'file,user,crop_x,crop_y\n', 'crop_x, crop_y and crop_w belong together'],
    ['nothing at all', '', 'the first line must name the columns file and user'],
  ])('%s is said', (_what, text, words) => {
    expect(() => rowsOf(text)).toThrow(new CsvError(words));
  });
});

test('the second part goes on where the first one stopped, with its columns and lines', () => {
  const text = Buffer.from('user,file\nada,a.jpg\nbob,b.jpg\neve,e.jpg\n');
  const first = readManifestPart(text.subarray(0, 25), { line: 1, isLast: false });
  // 25 bytes are the header (10), the first line (10) and half of the second.
  expect(first).toMatchObject({ bytes: 20, lines: 2, rows: [{ line: 2, user: 'ada' }] });
  if (first === undefined) throw new Error('nothing was read');
  const rest = text.subarray(first.bytes);
  const second = readManifestPart(rest, { columns: first.columns, line: 1 + first.lines, isLast: true });
  expect(second?.rows).toEqual([
    { line: 3, file: 'b.jpg', user: 'bob' },
    { line: 4, file: 'e.jpg', user: 'eve' },
  ]);
});
