import { CROP_MODES, type RequestedCrop } from '../../core/photo.ts';
import { hasBadCharacter } from '../../core/row-bounds.ts';
import { cellText } from './cell.ts';
import { CsvError, type CsvRecord, type CsvStart, readCsv } from './csv.ts';
import { type CsvOpening, openCsv } from './csv-opening.ts';

/**
 * `manifest.csv`: `file,user`, and for a crop either `crop_x,crop_y,crop_w` (a box) or `crop` (a word). Columns may be
 * in any order.
 */
export interface ManifestColumns {
  delimiter: string;
  file: number;
  user: number;
  /** All three or none. */
  crop?: [x: number, y: number, side: number];
  cropMode?: number;
}

type ManifestRow =
  | { line: number; file: string; user: string; crop?: RequestedCrop }
  /** A line that cannot be used. `file` and `user` are given as far as they can be read. */
  | { line: number; file: string; user: string; problem: ManifestProblem };

export type ManifestProblem = 'bad_row' | 'bad_crop' | 'bad_character' | NonNullable<CsvRecord['problem']>;

/** What one piece of a manifest holds. */
export interface ManifestPart {
  columns: ManifestColumns;
  rows: ManifestRow[];
  /** Bytes and lines read. The next part begins after them. */
  bytes: number;
  lines: number;
}

interface ManifestStart extends Pick<CsvStart, 'line' | 'isLast' | 'isFull' | 'maxBytes'> {
  /** Absent for the first part, which begins with the header. */
  columns?: ManifestColumns;
}

/**
 * Reads the whole lines at the start of a piece; undefined if it ends before the header does.
 * @throws CsvError if the manifest cannot be read; the message is for the person who made it
 */
export function readManifestPart(piece: Uint8Array, start: ManifestStart): ManifestPart | undefined {
  const opening = start.columns === undefined ? openCsv(piece, start.isLast) : undefined;
  const columns = start.columns ?? (opening && columnsOf(opening));
  if (columns === undefined) return undefined;
  const { bytes: headBytes = 0, lines: headLines = 0 } = opening ?? {};
  const { records, bytes, lines } = readCsv(piece.subarray(headBytes), {
    ...start,
    delimiter: columns.delimiter,
    oneLine: [columns.file, columns.user],
    line: start.line + headLines,
  });
  return {
    columns,
    rows: records.map((record) => readRow(record, columns)),
    bytes: headBytes + bytes,
    lines: headLines + lines,
  };
}

function columnsOf({ delimiter, columns: names }: CsvOpening): ManifestColumns {
  const [file, user, x, y, side, mode = -1] = ['file', 'user', 'crop_x', 'crop_y', 'crop_w', 'crop'].map((name) =>
    names.indexOf(name),
  );
  if (file === undefined || user === undefined || file < 0 || user < 0) {
    throw new CsvError('the first line must name the columns file and user');
  }
  const crop = [x ?? -1, y ?? -1, side ?? -1] satisfies number[];
  const given = crop.filter((column) => column >= 0).length;
  if (given > 0 && given < 3) throw new CsvError('crop_x, crop_y and crop_w belong together');
  return {
    delimiter,
    file,
    user,
    ...(given === 3 && { crop: [x ?? 0, y ?? 0, side ?? 0] }),
    ...(mode >= 0 && { cropMode: mode }),
  };
}

function readRow({ fields, line, problem }: CsvRecord, columns: ManifestColumns): ManifestRow {
  const file = pathOf(cellText(fields[columns.file]));
  const user = calledOf(cellText(fields[columns.user]));
  if (problem !== undefined) return { line, file, user, problem };
  if (file === '' || user === '' || /(^|\/)\.\.?(\/|$)/.test(file)) return { line, file, user, problem: 'bad_row' };
  if (hasBadCharacter(file + user)) return { line, file, user, problem: 'bad_character' };
  const box = columns.crop?.map((column) => cellText(fields[column])) ?? [];
  const mode = columns.cropMode === undefined ? '' : cellText(fields[columns.cropMode]).toLowerCase();
  const hasBox = box.some((text) => text !== '');
  if (mode !== '' && (hasBox || !(CROP_MODES as readonly string[]).includes(mode)))
    return { line, file, user, problem: 'bad_crop' };
  if (!hasBox) return { line, file, user, ...(mode === 'centre' && { crop: mode }) };
  const [x, y, side] = box.map((text) => (/^\d{1,6}(\.0)?$/.test(text) ? Number(text) : Number.NaN));
  if (x === undefined || y === undefined || side === undefined || !(x >= 0 && y >= 0 && side >= 1)) {
    return { line, file, user, problem: 'bad_crop' };
  }
  return { line, file, user, crop: { x, y, side } };
}

/** In the spelling of keys: forward slashes, no `./`. */
const pathOf = (file: string): string => file.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');

/** pandas writes whole numbers in a column with gaps as `776627022.0`: the same number, and nobody's name. */
const calledOf = (user: string): string => user.normalize('NFC').replace(/^(\d{1,16})\.0$/, '$1');
