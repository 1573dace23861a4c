import type { UploadState } from '../core/change.ts';
import { fileOf, type Manifest } from '../core/import-batch.ts';
import type { StoredRow } from '../store/import-batch-item.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { UploadStore } from '../store/uploads.ts';

interface ReportStores {
  batches: BatchStore;
  uploads: UploadStore;
}

type ReportOutcome = UploadState | 'waiting' | 'undone';

/** One file for one user, and what became of it. The names are printed as they are. */
export interface ReportLine {
  file: string;
  /** As the file name or the manifest spells it. */
  user: string;
  user_id: string;
  outcome: ReportOutcome;
  /** Empty if published, queued or undone. */
  reason: string;
  upload_id: string;
}

/**
 * A batch's report, computed from its rows and the uploads' rows as they are now. In order of file names and page by
 * page, so that it need not fit into memory.
 */
export async function* reportOf(batch: string, { batches, uploads }: ReportStores): AsyncGenerator<ReportLine> {
  const manifest = await batches.manifest(batch);
  for await (const rows of batches.rows(batch)) {
    for (let from = 0; from < rows.length; from += MAX_IDS) {
      const some = rows.slice(from, from + MAX_IDS).filter((row) => isOfNow(row, manifest));
      const ids = new Set(some.flatMap((row) => (isUp(row) && row.uploadId !== undefined ? [row.uploadId] : [])));
      const found = await uploads.getMany([...ids]);
      for (const row of some) yield lineOf(row, found.get(row.uploadId ?? ''), manifest);
    }
  }
}

/** The most that DynamoDB returns at once. */
const MAX_IDS = 100;

/**
 * `row_removed`: lines of earlier manifests that the present one does not have. They count among the others as well.
 */
export type Totals = Record<ReportOutcome | 'total' | 'row_removed', number>;

/** The report as numbers. */
export async function totalsOf(batch: string, stores: ReportStores): Promise<Totals> {
  const totals: Totals = {
    total: 0,
    published: 0,
    queued: 0,
    superseded: 0,
    refused: 0,
    failed: 0,
    waiting: 0,
    undone: 0,
    row_removed: 0,
  };
  for await (const { outcome, reason } of reportOf(batch, stores)) {
    totals[outcome]++;
    if (reason === 'row_removed') totals.row_removed++;
    totals.total++;
  }
  return totals;
}

/** Whether the row's upload knows more than the row. */
const isUp = (row: StoredRow): boolean => row.state === 'queued' && !row.isAnnounced;

/** A row left over from an earlier manifest matters only if it gave somebody a photo. */
const isOfNow = (row: StoredRow, manifest: Manifest | undefined): boolean =>
  !isLeftBehind(row, manifest) || row.uploadId !== undefined;

const isLeftBehind = (row: StoredRow, manifest: Manifest | undefined): boolean =>
  manifest !== undefined && row.key.startsWith('manifests/') && row.sequencer < manifest.sequencer;

function lineOf(
  row: StoredRow,
  upload: { state: UploadState; reason?: string } | undefined,
  manifest: Manifest | undefined,
): ReportLine {
  const known = { file: fileOf(row), user: row.user, user_id: row.userId ?? '', upload_id: row.uploadId ?? '' };
  if (row.isAnnounced) return { ...known, outcome: 'queued', reason: '' };
  const leftBehind = isLeftBehind(row, manifest) ? 'row_removed' : '';
  if (!isUp(row)) return { ...known, outcome: row.state, reason: row.reason ?? leftBehind };
  const { state = 'queued', reason } = upload ?? {};
  const why = state === 'superseded' ? 'newer_change' : (reason?.replaceAll('-', '_') ?? '');
  return { ...known, outcome: state, reason: why === '' ? leftBehind : why };
}
