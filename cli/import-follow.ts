import { setTimeout as sleep } from 'node:timers/promises';
import { type Totals, totalsOf } from '../lambdas/flow/import-report.ts';
import type { ImportConnection } from './connect-imports.ts';
import type { PutResult } from './import-put.ts';

export interface FollowOptions {
  batch: string;
  /** Lines that the report will have, at least. */
  expected: number;
  /** The sequencer of the manifest before this run put one; absent for a folder. */
  manifestBefore?: string;
  isManifest: boolean;
  replaced: PutResult['replaced'];
  signal: AbortSignal;
  onTotals: (totals: Totals) => void;
}

export interface Followed {
  totals: Totals;
  /** False when it was given up, or stopped by the signal. */
  isFinished: boolean;
}

/** Between two looks; and never more than a tenth of the time is spent looking, however long a look at a large batch takes. */
const MIN_PAUSE_MS = 500;
const PAUSE_PER_LOOK = 9;

/** With nothing in either queue and nothing changing for so long, what is missing will not come by itself. */
const STALLED_MS = 60_000;

/** Looks at the report until every file has an outcome. It holds numbers only. */
export async function follow(options: FollowOptions, service: ImportConnection): Promise<Followed> {
  const { batch, signal, onTotals, replaced } = options;
  let before = '';
  let changedMs = Date.now();
  for (;;) {
    const startMs = Date.now();
    // Read before the rows are: what is counted then is held against this manifest, or a later one.
    const manifest = await service.batches.manifest(batch);
    const totals = await totalsOf(batch, service);
    onTotals(totals);
    await forgetSeen(batch, replaced, service);
    if (replaced.size === 0 && isComplete(totals, options, manifest?.sequencer)) return { totals, isFinished: true };
    if (JSON.stringify(totals) !== before) changedMs = Date.now();
    before = JSON.stringify(totals);
    const isStalled = Date.now() - changedMs > STALLED_MS && (await isQuiet(service));
    if (isStalled || signal.aborted) return { totals, isFinished: false };
    const pauseMs = Math.max(MIN_PAUSE_MS, PAUSE_PER_LOOK * (Date.now() - startMs));
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

function isComplete(totals: Totals, options: FollowOptions, manifest: string | undefined): boolean {
  if (totals.queued > 0 || totals.total - totals.row_removed < options.expected) return false;
  return !options.isManifest || (manifest !== undefined && manifest !== options.manifestBefore);
}

/** Takes off the list what the rows know by now. */
async function forgetSeen(batch: string, replaced: PutResult['replaced'], { batches }: ImportConnection) {
  for (const [key, { file, etag }] of replaced) {
    const row = await batches.row({ ...file, batch });
    if (row?.etag !== etag || row.state === 'undone') return;
    replaced.delete(key);
  }
}

const isQuiet = async ({ intake, bulk }: ImportConnection): Promise<boolean> =>
  (await intake.depth()) === 0 && (await bulk.depth()) === 0;
