import { setTimeout as sleep } from 'node:timers/promises';
import { type Totals, totalsOf } from '../lambdas/flow/import-report.ts';
import type { ImportConnection } from './connect-imports.ts';
import { deadLettersOf } from './import-dead.ts';
import type { PutResult } from './import-put.ts';

interface FollowOptions {
  batch: string;
  /** Lines that the report will have, at least. */
  expected: number;
  /** The sequencer of the manifest before this run put one; absent for a folder. */
  manifestBefore?: string;
  isManifest: boolean;
  /** Dead letters of the batch before this run put anything. */
  deadBefore: number;
  replaced: PutResult['replaced'];
  signal: AbortSignal;
  /** About how many have an outcome. */
  onDone: (files: number) => void;
}

interface Followed {
  /** The last reading; absent when the signal stopped it. */
  totals?: Totals;
  /** False when it gave up, or the signal stopped it. */
  isFinished: boolean;
  /** Dead letters of the batch. */
  deadLetters: number;
}

/** Between two looks at the queues, which cost the same for any size of batch. */
const PAUSE_MS = 500;

/**
 * A reading of the rows costs money, and on a laptop slows down the people who upload. While messages wait or are in
 * flight, it is made at most twice a minute and takes a fiftieth of the time; when none are, it may be the last one,
 * and a tenth.
 */
const BUSY = { minMs: 30_000, pausesPerReading: 49 };
const QUIET = { minMs: 0, pausesPerReading: 9 };

/** When both queues are empty and nothing changes for so long, what is missing will not come by itself. */
const STALLED_MS = 60_000;

/**
 * Watches the queues, and reads the rows when these are empty, until every file has an outcome. Keeps nothing but
 * numbers.
 */
export async function follow(options: FollowOptions, service: ImportConnection): Promise<Followed> {
  const { batch, expected, isManifest, signal, onDone, replaced } = options;
  let before = '';
  let changedMs = Date.now();
  let leftBefore = 0;
  let reading = { endMs: Date.now(), tookMs: 0 };
  for (; !signal.aborted; await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined)) {
    const left = (await service.intake.depth()) + (await service.bulk.depth());
    if (left > 0) changedMs = Date.now();
    // While it grows, S3 still has files to tell of. And lines of a manifest that are not read yet are no messages yet.
    if (left > 0 && left <= leftBefore && !isManifest) onDone(Math.max(expected - left, 0));
    leftBefore = left;
    const { minMs, pausesPerReading } = left > 0 ? BUSY : QUIET;
    if (Date.now() - reading.endMs < Math.max(minMs, pausesPerReading * reading.tookMs)) continue;

    const startMs = Date.now();
    // Read before the rows, so that what is counted then belongs to this manifest, or to a later one.
    const manifest = await service.batches.manifest(batch);
    const totals = await totalsOf(batch, service);
    onDone(totals.total - totals.queued);
    await dropSeen(batch, replaced, service);
    const tookMs = Date.now() - startMs;
    if (replaced.size === 0 && isComplete(totals, options, manifest?.sequencer)) {
      return { totals, isFinished: true, deadLetters: 0 };
    }
    if (JSON.stringify(totals) !== before) changedMs = Date.now();
    before = JSON.stringify(totals);
    const deadLetters = left > 0 ? 0 : await deadLettersOf(batch, service);
    // Without the time of the dead letters, which is mostly waiting until all are visible.
    reading = { endMs: Date.now(), tookMs };
    // Dead letters do not come back by themselves, and nothing else is under way.
    const isStuck = deadLetters > options.deadBefore || Date.now() - changedMs > STALLED_MS;
    if (isStuck) return { totals, isFinished: false, deadLetters };
  }
  return { isFinished: false, deadLetters: 0 };
}

function isComplete(totals: Totals, options: FollowOptions, manifest: string | undefined): boolean {
  if (totals.queued > 0 || totals.total - totals.row_removed < options.expected) return false;
  return !options.isManifest || (manifest !== undefined && manifest !== options.manifestBefore);
}

/** Takes off the list what the rows know by now. */
async function dropSeen(batch: string, replaced: PutResult['replaced'], { batches }: ImportConnection) {
  for (const [key, { file, etag }] of replaced) {
    const row = await batches.row({ ...file, batch });
    if (row?.etag !== etag || row.state === 'undone') return;
    replaced.delete(key);
  }
}
