import { CsvError, readCsv } from './csv.ts';

/** What comes before the first row of a list: marks, hints of tools, and the header. */
export interface CsvOpening {
  delimiter: string;
  /** The names of the columns, in lower case. */
  columns: string[];
  /** Bytes and lines read. The rows begin after them. */
  bytes: number;
  lines: number;
}

/**
 * Reads the start of a list as tools write it: a byte order mark, Excel's `sep=;`, PowerShell 5's `#TYPE …`, then the
 * header. Undefined if the piece ends before the header does.
 * @throws CsvError for a file that is not CSV in UTF-8; the message says what to do
 */
export function openCsv(piece: Uint8Array, isLast: boolean): CsvOpening | undefined {
  if (piece.length < LONGEST_MARK_BYTES && !isLast) return undefined;
  refuseOtherFiles(piece);
  let at = startsWith(piece, UTF8_MARK) ? UTF8_MARK.length : 0;
  let lines = 0;
  let declared: string | undefined;
  for (;;) {
    const rest = piece.subarray(at);
    const head = firstLine(rest, isLast);
    if (head === undefined) return undefined;
    const hint = /^"?sep=([,;:|\t])"?[\s,;]*$/i.exec(head);
    const isEmpty = rest.length > 0 && /^[\s,;]*$/.test(head);
    const isHint = hint !== null || isEmpty || /^"?#TYPE /.test(head);
    declared = hint?.[1] ?? declared;
    const delimiter = declared ?? delimiterOf(head);
    const start = { delimiter, line: lines + 1, isLast };
    const { records, ...read } = readCsv(rest, { ...start, maxRecords: 1, ...(isHint && { maxBytes: 1 }) });
    if (read.bytes === 0 && rest.length > 0) return undefined;
    at += read.bytes;
    lines += read.lines;
    if (isHint) continue;
    const columns = records[0]?.fields.map((name) => name.trim().toLowerCase()) ?? [];
    return { delimiter, columns, bytes: at, lines };
  }
}

/** The delimiter of a header line, quotes aside: a comma, unless there is none but one of the others. */
export function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t'].find((delimiter) => bare.includes(delimiter)) ?? ',';
}

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const LONGEST_MARK_BYTES = 4;

const startsWith = (piece: Uint8Array, mark: Uint8Array): boolean =>
  Buffer.compare(piece.subarray(0, mark.length), mark) === 0;

/** Refuses what people mistake for CSV, and says what they can do. */
function refuseOtherFiles(piece: Uint8Array): void {
  const isUtf16 = UTF16_MARKS.some((mark) => startsWith(piece, mark)) || piece[0] === 0 || piece[1] === 0;
  if (isUtf16) {
    throw new CsvError(
      'this is UTF-16 and must be UTF-8: in Excel save as “CSV UTF-8”, in PowerShell use Export-Csv -Encoding utf8',
    );
  }
  if (SPREADSHEETS.some((mark) => startsWith(piece, mark))) {
    throw new CsvError('this is a spreadsheet and must be CSV: in Excel save as “CSV UTF-8”, in Numbers export to CSV');
  }
}

const UTF16_MARKS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
/** The first bytes of a ZIP (.xlsx, .ods, .numbers) and of a compound file (.xls). */
const SPREADSHEETS = [Buffer.from('PK\x03\x04', 'latin1'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/** Read as Latin-1, which is enough for hints and delimiters. */
function firstLine(rest: Uint8Array, isLast: boolean): string | undefined {
  const end = rest.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  if (end < 0 && !isLast) return undefined;
  return Buffer.from(end < 0 ? rest : rest.subarray(0, end)).toString('latin1');
}
