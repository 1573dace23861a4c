/**
 * Lists as tools write them by default: `file,user` with `p/José.jpg` for 776627022, and `p/b.jpg` for zoë@example.com.
 * Byte by byte as each tool's documentation says. A tool that cannot write these letters writes something else instead.
 */
interface Tool {
  /** As in the table of docs/imports.md. */
  name: string;
  bytes: Buffer;
  /** `read`: both lines, as they were meant. Otherwise the words that say what to do, or the resulting rows. */
  outcome: 'read' | string | { file: string; user: string; problem?: string }[];
}

const MARK = '\uFEFF';
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const utf16 = (text: string): Buffer => Buffer.from(`${MARK}${text}`, 'utf16le');
/** The same as Latin-1 for these letters. */
const windows1252 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** In Mac OS Roman é is 8E and ë is 91. */
const macRoman = (text: string): Buffer => Buffer.from(text.replaceAll('é', '\x8e').replaceAll('ë', '\x91'), 'latin1');

const lines = (delimiter: string, end: string, quoted = false): string =>
  [
    ['file', 'user'],
    ['p/José.jpg', '776627022'],
    ['p/b.jpg', 'zoë@example.com'],
  ]
    .map((cells) => cells.map((cell) => (quoted ? `"${cell}"` : cell)).join(delimiter) + end)
    .join('');

const NOT_UTF8 = [
  { file: 'p/Jos\ufffd.jpg', user: '776627022', problem: 'not_utf8' },
  { file: 'p/b.jpg', user: 'zo\ufffd@example.com', problem: 'not_utf8' },
];
const ASCII_ONLY = [
  { file: 'p/Jos?.jpg', user: '776627022' },
  { file: 'p/b.jpg', user: 'zo?@example.com' },
];

export const TOOLS: Tool[] = [
  { name: 'Excel, “CSV UTF-8”', bytes: utf8(MARK + lines(',', '\r\n')), outcome: 'read' },
  { name: 'Excel, “CSV UTF-8”, lists by semicolon', bytes: utf8(MARK + lines(';', '\r\n')), outcome: 'read' },
  { name: 'Excel, with `sep=;` written above', bytes: utf8(`sep=;\r\n${lines(';', '\r\n')}`), outcome: 'read' },
  { name: 'Excel, “CSV (Comma delimited)”', bytes: windows1252(lines(',', '\r\n')), outcome: NOT_UTF8 },
  { name: 'Excel, “CSV (Macintosh)”', bytes: macRoman(lines(',', '\r')), outcome: NOT_UTF8 },
  {
    name: 'Excel, “CSV (MS-DOS)”',
    bytes: windows1252(lines(',', '\r\n').replace('é', '\x82').replace('ë', '\x89')),
    outcome: NOT_UTF8,
  },
  { name: 'Excel, “Unicode Text”', bytes: utf16(lines('\t', '\r\n')), outcome: 'UTF-16' },
  { name: 'Excel, “Text (Tab delimited)”', bytes: windows1252(lines('\t', '\r\n')), outcome: NOT_UTF8 },
  {
    name: 'Excel, a workbook called .csv',
    bytes: Buffer.from('PK\x03\x04\x14\x00\x06\x00', 'latin1'),
    outcome: 'spreadsheet',
  },
  {
    name: 'Excel, empty rows and columns around the table',
    bytes: utf8(`${MARK}file,user,,\r\np/José.jpg,776627022,,\r\n,,,\r\np/b.jpg,zoë@example.com,,\r\n,,,\r\n,,,\r\n`),
    outcome: 'read',
  },
  {
    name: 'Excel, ids in a column of numbers',
    bytes: utf8(`${MARK}file,user\r\np/José.jpg,7.76627E+11\r\n`),
    outcome: [{ file: 'p/José.jpg', user: '7.76627E+11' }],
  },
  { name: 'LibreOffice Calc', bytes: utf8(lines(',', '\n')), outcome: 'read' },
  { name: 'LibreOffice Calc, “Quote all text cells”', bytes: utf8(lines(',', '\n', true)), outcome: 'read' },
  { name: 'Numbers', bytes: utf8(lines(',', '\r\n').trimEnd()), outcome: 'read' },
  { name: 'Numbers, lists by semicolon', bytes: utf8(lines(';', '\r\n').trimEnd()), outcome: 'read' },
  { name: 'Google Sheets', bytes: utf8(lines(',', '\r\n').trimEnd()), outcome: 'read' },
  {
    name: 'PowerShell 5, `Export-Csv`',
    bytes: utf8(
      `#TYPE System.Management.Automation.PSCustomObject\r\n${lines(',', '\r\n', true).replaceAll(/[éë]/g, '?')}`,
    ),
    outcome: ASCII_ONLY,
  },
  {
    name: 'PowerShell 5, `Export-Csv -NoTypeInformation -Encoding UTF8`',
    bytes: utf8(MARK + lines(',', '\r\n', true)),
    outcome: 'read',
  },
  { name: 'PowerShell 5, `ConvertTo-Csv … > file`', bytes: utf16(lines(',', '\r\n', true)), outcome: 'UTF-16' },
  { name: 'PowerShell 7, `Export-Csv`', bytes: utf8(lines(',', '\n', true)), outcome: 'read' },
  {
    name: 'PowerShell 7, `Export-Csv -Encoding utf8BOM`',
    bytes: utf8(MARK + lines(',', '\r\n', true)),
    outcome: 'read',
  },
  { name: 'pandas, `to_csv(index=False)`', bytes: utf8(lines(',', '\n')), outcome: 'read' },
  {
    name: 'pandas, `to_csv()`, with its index and a gap among ids',
    bytes: utf8(',file,user\n0,p/José.jpg,776627022.0\n1,p/b.jpg,\n'),
    outcome: [
      { file: 'p/José.jpg', user: '776627022' },
      { file: 'p/b.jpg', user: '', problem: 'bad_row' },
    ],
  },
  { name: 'pandas, `to_csv(encoding="utf-8-sig")`', bytes: utf8(MARK + lines(',', '\n')), outcome: 'read' },
  { name: 'Python’s `csv.writer`', bytes: utf8(lines(',', '\r\n')), outcome: 'read' },
  { name: 'Python’s `csv.writer` without `newline=""` on Windows', bytes: utf8(lines(',', '\r\r\n')), outcome: 'read' },
];
