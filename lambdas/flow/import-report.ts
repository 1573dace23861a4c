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

/** One file for one user, and what became of it. Names as they are printed. */
export interface ReportLine {
  file: string;
  /** As the file's name or the manifest says. */
  user: string;
  user_id: string;
  outcome: ReportOutcome;
  /** Empty when it is published, queued or undone. */
  reason: string;
  upload_id: string;
}

/**
 * A batch's report, computed from its rows and its uploads' rows as they are now; in the order of the files' names, page by
 * page, so that it is never held whole.
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

/** What DynamoDB gives at once. */
const MAX_IDS = 100;

/** `row_removed`: lines of earlier manifests that the present one does not have any more; among the others, too. */
export type Totals = Record<ReportOutcome | 'total' | 'row_removed', number>;

/** The report in numbers. */
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

/** A row whose upload says more than it does. */
const isUp = (row: StoredRow): boolean => row.state === 'queued' && !row.isAnnounced;

/** A row that an earlier manifest left behind matters only if it gave somebody a photo. */
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
