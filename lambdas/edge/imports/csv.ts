/**
 * RFC 4180, read piece by piece: a file of any size is never held. Lines end in CRLF or LF; the delimiter is what the caller
 * found in the header (`delimiterOf`), since spreadsheets in many countries write semicolons.
 */
export interface CsvRecord {
  fields: string[];
  /** The line that it begins on, from 1. */
  line: number;
}

export interface CsvPiece {
  records: CsvRecord[];
  /** Bytes read, to the end of the last whole record. */
  bytes: number;
  /** Lines read. */
  lines: number;
}

export interface CsvStart {
  delimiter: string;
  /** The line that the piece begins on, from 1. */
  line: number;
  /** No more bytes will come: the last record needs no line end. */
  isLast: boolean;
}

const [QUOTE = 0, CR = 0, LF = 0] = Buffer.from('"\r\n');

/**
 * The whole records at the start of `piece`. Empty lines are left out.
 * @throws CsvError for a quote that is never closed, text behind a closing quote, or bytes that are not UTF-8.
 */
export function readCsv(piece: Uint8Array, { delimiter, line, isLast }: CsvStart): CsvPiece {
  const comma = delimiter.charCodeAt(0);
  const records: CsvRecord[] = [];
  let at = 0;
  let lineNow = line;
  for (;;) {
    const record = readRecord(piece, at, comma, lineNow, isLast);
    if (record === undefined) return { records, bytes: at, lines: lineNow - line };
    const isEmpty = record.fields.length === 1 && record.fields[0] === '';
    if (!isEmpty) records.push({ fields: record.fields, line: lineNow });
    at = record.end;
    lineNow += record.lines;
  }
}

/** What separates the fields of a header line; a comma unless the line has none and has something else. */
export const delimiterOf = (header: string): string =>
  header.includes(',') ? ',' : header.includes(';') ? ';' : header.includes('\t') ? '\t' : ',';

/** The file is not CSV; the message says where, for a person. */
export class CsvError extends Error {}

/** One record, or undefined when the piece ends before it does. */
function readRecord(piece: Uint8Array, from: number, comma: number, line: number, isLast: boolean) {
  const found: Uint8Array[] = [];
  let lines = 0;
  // Decoded only once the record is whole: a piece may end within a letter.
  const whole = (end: number) => ({ fields: found.map((bytes) => decode(bytes, line)), end, lines });
  for (let at = from; at < piece.length || found.length > 0; at++) {
    const field = piece[at] === QUOTE ? quoted(piece, at, line, isLast) : plain(piece, at, comma);
    if (field === undefined) return undefined;
    found.push(field.bytes);
    lines += field.lines;
    at = field.end;
    if (piece[at] === comma) continue;
    const isCut = at >= piece.length || (piece[at] === CR && at + 1 >= piece.length);
    if (isCut && !isLast) return undefined;
    lines++;
    if (isCut) return whole(piece.length);
    if (piece[at] === CR && piece[at + 1] === LF) at++;
    if (piece[at] !== LF) throw new CsvError(`line ${line + lines - 1}: text behind a closing quote`);
    return whole(at + 1);
  }
  return undefined;
}

interface Field {
  bytes: Uint8Array;
  end: number;
  lines: number;
}

/** Up to the next delimiter or line end. A CR that does not end a line belongs to the field. */
function plain(piece: Uint8Array, from: number, comma: number): Field {
  let end = from;
  while (end < piece.length && piece[end] !== comma && piece[end] !== LF && !endsLine(piece, end)) end++;
  return { bytes: piece.subarray(from, end), end, lines: 0 };
}

const endsLine = (piece: Uint8Array, at: number): boolean =>
  piece[at] === CR && (piece[at + 1] === LF || at + 1 === piece.length);

/** In quotes: delimiters and line ends are text, and two quotes are one. */
function quoted(piece: Uint8Array, from: number, line: number, isLast: boolean): Field | undefined {
  const bytes: number[] = [];
  let lines = 0;
  for (let at = from + 1; at < piece.length; at++) {
    const byte = piece[at] ?? 0;
    if (byte === QUOTE) {
      // Whether it closes the field or is doubled may be the next piece's first byte.
      if (at + 1 >= piece.length && !isLast) return undefined;
      if (piece[at + 1] !== QUOTE) return { bytes: Uint8Array.from(bytes), end: at + 1, lines };
      at++;
    }
    if (byte === LF) lines++;
    bytes.push(byte);
  }
  if (isLast) throw new CsvError(`line ${line}: a quote is never closed`);
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, line: number): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new CsvError(`line ${line}: not UTF-8`, { cause });
  }
}
