/**
 * RFC 4180, read piece by piece, so that no file has to fit into memory. Lines end in CRLF, LF or CR; the caller found
 * the delimiter in the header (`csv-opening.ts`). Callers trim cells, so blanks around quotes do not matter.
 *
 * A bad line does not affect others. Bytes that are not UTF-8 make a record bad. A quote that is never closed, or that
 * has text after it, makes only the first line of its record bad, and reading continues with the next line.
 */
export interface CsvRecord {
  /** Of a bad record: as far as they can be read, for showing. */
  fields: string[];
  /** The line that it begins on, from 1. */
  line: number;
  problem?: 'not_utf8' | 'bad_quotes';
}

interface CsvPiece {
  records: CsvRecord[];
  /** Bytes read, up to the end of the last whole record. */
  bytes: number;
  /** Lines read. */
  lines: number;
}

export interface CsvStart {
  delimiter: string;
  /** The line that the piece begins on, from 1. */
  line: number;
  /** No more bytes follow: the last record needs no line end. */
  isLast: boolean;
  /** No more of the file fits: if the first record does not end in the piece, its first line is bad. */
  isFull?: boolean;
  /** Stop after so many bytes, at the end of a record. */
  maxBytes?: number;
  maxRecords?: number;
  /**
   * Columns whose cells have one line, by number. Two stray quotes, lines apart, would make one cell of all between
   * them. A record with such a cell in one of these columns is a bad line.
   */
  oneLine?: number[];
}

const [QUOTE = 0, CR = 0, LF = 0, SPACE = 0, TAB = 0] = Buffer.from('"\r\n \t');

/**
 * The whole records at the start of `piece`. Records without text are left out: spreadsheets write rows of empty cells.
 * @throws CsvError if `isFull` and not even the first line is whole
 */
export function readCsv(piece: Uint8Array, start: CsvStart): CsvPiece {
  const { delimiter, line, isLast, isFull = false, maxBytes = Number.POSITIVE_INFINITY } = start;
  const { maxRecords = Number.POSITIVE_INFINITY, oneLine = [] } = start;
  const text: Text = { piece, comma: delimiter.charCodeAt(0), isLast };
  const records: CsvRecord[] = [];
  let at = 0;
  let lineNow = line;
  while (at < maxBytes && records.length < maxRecords) {
    const isTooLong = isFull && at === 0 && piece.length > 0;
    const whole = readRecord(text, at) ?? (isTooLong ? badLine(text, at) : undefined);
    const found = whole !== undefined && spansLines(whole, oneLine) ? badLine(text, at) : whole;
    if (found === undefined && isTooLong) throw new CsvError(`line ${line}: longer than ${piece.length} bytes`);
    if (found === undefined) break;
    const record = recordOf(found, lineNow, delimiter);
    if (record.problem !== undefined || record.fields.some((field) => field.trim() !== '')) records.push(record);
    at = found.end;
    lineNow += found.lines;
  }
  return { records, bytes: at, lines: lineNow - line };
}

/** The file is not CSV. The message is for people and says what to do. */
export class CsvError extends Error {}

interface Text {
  piece: Uint8Array;
  comma: number;
  isLast: boolean;
}

/** Where something ends, and how many lines end within it. */
interface Span {
  end: number;
  lines: number;
}

type Found = Span & ({ cells: Uint8Array[] } | { badLine: Uint8Array });

/** One record; undefined if the piece ends before it does. */
function readRecord(text: Text, from: number): Found | undefined {
  const { piece, comma, isLast } = text;
  if (from >= piece.length) return undefined;
  const cells: Uint8Array[] = [];
  let lines = 0;
  for (let at = from; ; at++) {
    const cell = readCell(text, at);
    if (cell === 'bad') return badLine(text, from);
    if (cell === undefined) return isLast ? badLine(text, from) : undefined;
    cells.push(cell.bytes);
    lines += cell.lines;
    at = cell.end;
    if (at < piece.length && piece[at] === comma) continue;
    const end = lineEnd(text, at);
    return end === undefined ? undefined : { cells, end, lines: lines + 1 };
  }
}

/** The place after the line end at `at`, or after the file's end; undefined if the piece does not tell. */
function lineEnd({ piece, isLast }: Text, at: number): number | undefined {
  if (at >= piece.length) return isLast ? at : undefined;
  if (piece[at] === LF) return at + 1;
  // A CR at the piece's end may be a line end, or half of one: the next byte decides.
  if (at + 1 >= piece.length) return isLast ? at + 1 : undefined;
  return piece[at + 1] === LF ? at + 2 : at + 1;
}

/** The line that begins at `from`, as a bad one; undefined if the piece does not have all of it. */
function badLine(text: Text, from: number): Found | undefined {
  const { piece } = text;
  let at = from;
  while (at < piece.length && piece[at] !== CR && piece[at] !== LF) at++;
  const end = lineEnd(text, at);
  return end === undefined ? undefined : { badLine: piece.subarray(from, at), end, lines: 1 };
}

type Cell = Span & { bytes: Uint8Array };

/** Up to the next delimiter or line end. Undefined if a quote is still open where the piece ends. */
function readCell(text: Text, from: number): Cell | 'bad' | undefined {
  const { piece, comma } = text;
  const isBlank = (at: number) => piece[at] !== comma && (piece[at] === SPACE || piece[at] === TAB);
  let start = from;
  while (isBlank(start)) start++;
  if (piece[start] !== QUOTE) {
    let end = start;
    while (end < piece.length && piece[end] !== comma && piece[end] !== LF && piece[end] !== CR) end++;
    return { bytes: piece.subarray(from, end), end, lines: 0 };
  }
  const cell = readQuoted(text, start);
  if (cell === undefined) return undefined;
  let end = cell.end;
  while (isBlank(end)) end++;
  const isOver = end >= piece.length || piece[end] === comma || piece[end] === LF || piece[end] === CR;
  return isOver ? { ...cell, end } : 'bad';
}

/** In quotes, delimiters and line ends are text, and two quotes stand for one. */
function readQuoted({ piece, isLast }: Text, from: number): Cell | undefined {
  const parts: Uint8Array[] = [];
  let lines = 0;
  let start = from + 1;
  for (let at = start; at < piece.length; at++) {
    if (piece[at] === LF || (piece[at] === CR && piece[at + 1] !== LF)) lines++;
    if (piece[at] !== QUOTE) continue;
    // A quote at the piece's end may close the cell, or be half of a pair: the next byte decides.
    if (at + 1 >= piece.length && !isLast) return undefined;
    if (piece[at + 1] !== QUOTE) {
      parts.push(piece.subarray(start, at));
      return { bytes: parts.length === 1 ? (parts[0] ?? piece) : Buffer.concat(parts), end: at + 1, lines };
    }
    parts.push(piece.subarray(start, at + 1));
    at++;
    start = at + 1;
  }
  return undefined;
}

function spansLines(found: Found, columns: number[]): boolean {
  if (found.lines === 1 || 'badLine' in found) return false;
  return columns.some((column) => /[\r\n]/.test(LENIENT.decode(found.cells[column]).trim()));
}

/** Decodes a whole record: a piece may end within a character. */
function recordOf(found: Found, line: number, delimiter: string): CsvRecord {
  if ('badLine' in found) {
    // Long enough to be recognized, and no more.
    const shown = LENIENT.decode(found.badLine.subarray(0, MAX_SHOWN_BYTES));
    return { fields: shown.split(delimiter).map((cell) => cell.replaceAll('"', '')), line, problem: 'bad_quotes' };
  }
  try {
    return { fields: found.cells.map((cell) => STRICT.decode(cell)), line };
  } catch {
    return { fields: found.cells.map((cell) => LENIENT.decode(cell)), line, problem: 'not_utf8' };
  }
}

const MAX_SHOWN_BYTES = 1_000;
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });
