import type { Crop } from '../../core/photo.ts';
import { CsvError, type CsvRecord, delimiterOf, readCsv } from './csv.ts';

/** `manifest.csv`: `file,user` and, where a photo is to be cropped, `crop_x,crop_y,crop_w`. Columns in any order. */
export interface ManifestColumns {
  delimiter: string;
  file: number;
  user: number;
  /** All three or none. */
  crop?: [x: number, y: number, side: number];
}

export type ManifestRow =
  | { line: number; file: string; user: string; crop?: Crop }
  /** A line that says nothing usable; `file` and `user` as far as they can be read. */
  | { line: number; file: string; user: string; problem: 'bad_row' | 'bad_crop' };

/** What one piece of a manifest holds. */
export interface ManifestPart {
  columns: ManifestColumns;
  rows: ManifestRow[];
  /** Bytes and lines read; the next part begins behind them. */
  bytes: number;
  lines: number;
}

export interface ManifestStart {
  /** Absent for the first part: the header comes first. */
  columns?: ManifestColumns;
  line: number;
  isLast: boolean;
}

/** @throws CsvError when the manifest cannot be read, with words for the person who made it. */
export function readManifestPart(piece: Uint8Array, start: ManifestStart): ManifestPart {
  const header = start.columns === undefined ? readHeader(piece, start.isLast) : undefined;
  const columns = start.columns ?? header?.columns;
  if (columns === undefined) throw new CsvError('there is no header line');
  const line = start.line + (header?.lines ?? 0);
  const body = piece.subarray(header?.bytes ?? 0);
  const { records, bytes, lines } = readCsv(body, { delimiter: columns.delimiter, line, isLast: start.isLast });
  return {
    columns,
    rows: records.map((record) => readRow(record, columns)),
    bytes: bytes + (header?.bytes ?? 0),
    lines: lines + (header?.lines ?? 0),
  };
}

const BYTE_ORDER_MARK = '\uFEFF';

function readHeader(piece: Uint8Array, isLast: boolean) {
  const end = piece.indexOf(0x0a);
  const head = end < 0 ? piece : piece.subarray(0, end + 1);
  const delimiter = delimiterOf(Buffer.from(head).toString('latin1'));
  const { records, bytes, lines } = readCsv(head, { delimiter, line: 1, isLast: end >= 0 || isLast });
  const names = records[0]?.fields.map((name) => name.replace(BYTE_ORDER_MARK, '').trim().toLowerCase()) ?? [];
  const [file, user, x, y, side] = ['file', 'user', 'crop_x', 'crop_y', 'crop_w'].map((name) => names.indexOf(name));
  if (file === undefined || user === undefined || file < 0 || user < 0) {
    throw new CsvError('the first line must name the columns file and user');
  }
  const crop = [x ?? -1, y ?? -1, side ?? -1] satisfies number[];
  const given = crop.filter((column) => column >= 0).length;
  if (given > 0 && given < 3) throw new CsvError('crop_x, crop_y and crop_w belong together');
  const columns: ManifestColumns = {
    delimiter,
    file,
    user,
    ...(given === 3 && { crop: [x ?? 0, y ?? 0, side ?? 0] }),
  };
  return { columns, bytes, lines };
}

function readRow({ fields, line }: CsvRecord, columns: ManifestColumns): ManifestRow {
  const file = pathOf(fields[columns.file] ?? '');
  const user = (fields[columns.user] ?? '').trim().normalize('NFC');
  if (file === '' || user === '' || /(^|\/)\.\.?(\/|$)/.test(file)) return { line, file, user, problem: 'bad_row' };
  const box = columns.crop?.map((column) => (fields[column] ?? '').trim()) ?? [];
  if (box.every((text) => text === '')) return { line, file, user };
  const [x, y, side] = box.map((text) => (/^\d{1,6}$/.test(text) ? Number(text) : Number.NaN));
  if (x === undefined || y === undefined || side === undefined || !(x >= 0 && y >= 0 && side >= 1)) {
    return { line, file, user, problem: 'bad_crop' };
  }
  return { line, file, user, crop: { x, y, side } };
}

/** As keys are spelled: forward slashes, without `./`. */
const pathOf = (file: string): string =>
  file
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '');
