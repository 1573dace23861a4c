import { open } from 'node:fs/promises';
import { CsvError, type CsvStart } from '../lambdas/edge/imports/csv.ts';
import { cannotRead } from './cannot-read.ts';
import { UserError } from './user-error.ts';

const PIECE_BYTES = 64 * 1024;

/** Whether no more bytes will come, and whether the piece is as long as one may be. */
type PieceEnd = Pick<CsvStart, 'isLast' | 'isFull'>;

/**
 * Reads a file piece by piece. `read` takes what it can of a piece and returns how many bytes that was, or undefined
 * for none. The rest begins the next piece, which is twice as long when nothing was taken.
 * @throws UserError when the file cannot be read, or is not CSV
 */
export async function* csvPieces<P extends { bytes: number }>(
  path: string,
  read: (piece: Uint8Array, end: PieceEnd) => P | undefined,
): AsyncGenerator<P> {
  const file = await open(path).catch(cannotRead(path));
  try {
    let rest = new Uint8Array();
    for (let isLast = false; !isLast; ) {
      const buffer = new Uint8Array(Math.max(PIECE_BYTES, rest.length));
      const { bytesRead } = await file.read(buffer).catch(cannotRead(path));
      isLast = bytesRead === 0;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const part = read(rest, { isLast, isFull: rest.length >= MAX_RECORD_BYTES });
      rest = rest.subarray(part?.bytes ?? 0);
      if (part !== undefined) yield part;
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UserError(`${path}: ${error.message}`);
    throw error;
  } finally {
    await file.close();
  }
}

/** As in the service (`flow/import-manifest.ts`). */
const MAX_RECORD_BYTES = 256 * PIECE_BYTES;
