import { open } from 'node:fs/promises';
import { CsvError } from '../lambdas/edge/imports/csv.ts';
import { UserError } from './user-error.ts';

const PIECE_BYTES = 64 * 1024;

/**
 * A file read piece by piece. `read` takes what it can of a piece and says how many bytes that was; what it leaves begins the
 * next one. A record longer than `MAX_RECORD_BYTES` is not waited for.
 * @throws UserError when the file cannot be read, or is not CSV.
 */
export async function* csvPieces<P extends { bytes: number }>(
  path: string,
  read: (piece: Uint8Array, isLast: boolean) => P,
): AsyncGenerator<P> {
  const file = await open(path).catch((error: Error) => {
    throw new UserError(`${path} cannot be read: ${error.message}`);
  });
  try {
    let rest = new Uint8Array();
    for (let isLast = false; !isLast; ) {
      const buffer = new Uint8Array(PIECE_BYTES);
      const { bytesRead } = await file.read(buffer);
      isLast = bytesRead === 0;
      rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const part = read(rest, isLast);
      rest = rest.subarray(part.bytes);
      if (rest.length > MAX_RECORD_BYTES) throw new CsvError(`a line is longer than ${MAX_RECORD_BYTES} bytes`);
      yield part;
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UserError(`${path}: ${error.message}`);
    throw error;
  } finally {
    await file.close();
  }
}

/** What the service takes, too (`flow/import-manifest.ts`). */
const MAX_RECORD_BYTES = PIECE_BYTES;
