import { type ImportFile, rowId } from '../core/import-batch.ts';
import type { RequestedCrop } from '../core/photo.ts';
import { lineRow, rowProblem } from '../core/row-bounds.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { IntakeQueue, ManifestPartMessage, QueuedRow } from '../store/intake-queue.ts';

/** A manifest's line as it was read. */
export type PartRow = { line: number; file: string; user: string } & ({ crop?: RequestedCrop } | { problem: string });

/** Concurrent conditional writes. */
const CONCURRENCY = 16;

interface AnnounceStores {
  batches: BatchStore;
  intake: IntakeQueue;
}

/**
 * Writes a row for each line before any is processed, and queues them. Lines are independent: one that cannot be used,
 * that repeats another, or that DynamoDB or SQS would never accept gets a row with the reason.
 */
export async function announceRows(
  message: ManifestPartMessage,
  rows: PartRow[],
  stores: AnnounceStores,
): Promise<{ queued: number; unstorable: number }> {
  const queued: QueuedRow[] = [];
  let unstorable = 0;
  const ids = new Set<string>();
  for (let from = 0; from < rows.length; from += CONCURRENCY) {
    const some = rows.slice(from, from + CONCURRENCY).map(async (row) => {
      const file = fileOf(message, row);
      const problem = 'problem' in row ? row.problem : rowProblem(file);
      if (problem !== undefined) return refuseLine(file, row, problem, stores);
      // Within a part the first line counts, whichever is written first.
      const isFirst = !ids.has(rowId(file));
      ids.add(rowId(file));
      const announced = isFirst ? await stores.batches.announce(file) : 'taken';
      if (announced === 'taken') return refuseLine(file, row, 'duplicate_row', stores);
      if (announced === 'unstorable') {
        unstorable++;
        return refuseLine(file, row, NOT_STORABLE, stores);
      }
      queued.push(file);
    });
    await Promise.all(some);
  }
  queued.sort((one, other) => one.line - other.line);
  const unsendable = await stores.intake.sendRows(queued);
  for (const row of unsendable) await stores.batches.refuse(row.batch, rowId(row), NOT_STORABLE);
  return { queued: queued.length - unsendable.length, unstorable: unstorable + unsendable.length };
}

/** The reason for a line that DynamoDB or SQS refused although our own checks let it pass. */
export const NOT_STORABLE = 'not_storable';

function fileOf({ batch, sequencer, named_at }: ManifestPartMessage, row: PartRow): QueuedRow {
  return {
    batch,
    key: keyOf(batch, row.file),
    user: row.user,
    line: row.line,
    sequencer,
    ...('crop' in row && row.crop && { crop: row.crop }),
    ...(named_at !== undefined && { namedAt: named_at }),
  };
}

const keyOf = (batch: string, file: string): string => `manifests/${batch}/${file}`;

/** The row has the line's number, which no other row has: a bad line must not block a good one about the same file. */
async function refuseLine(
  file: ImportFile,
  { line, ...cells }: PartRow,
  reason: string,
  { batches }: AnnounceStores,
): Promise<void> {
  const shown = lineRow(line, cells.file, cells.user);
  await batches.write({ ...file, key: keyOf(file.batch, shown.file), user: shown.user, state: 'refused', reason });
}
