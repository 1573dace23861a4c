import { type ImportFile, MANIFEST_FILE, type Manifest } from '../core/import-batch.ts';
import type { Crop } from '../core/photo.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { IntakeQueue, ManifestListingMessage, ManifestPartMessage } from '../store/intake-queue.ts';

/**
 * A manifest of any length is read part by part: each part announces its lines, queues them, and then queues the next part.
 * So no invocation is long, nothing holds a batch, and one that dies is repeated from its own beginning. At the end the
 * batch's objects are listed, page by page, to find those without a line.
 */
const PART_BYTES = 64 * 1024;

/** Conditional writes at a time. */
const CONCURRENCY = 16;

export interface ManifestStores {
  files: ImportFiles;
  batches: BatchStore;
  intake: IntakeQueue;
}

/** How a manifest's text is read; the words of CSV are the edge's. */
export type ReadPart = (
  piece: Uint8Array,
  start: { columns?: ManifestPartMessage['columns']; line: number; isLast: boolean },
) => { ok: true; part: Part } | { ok: false; problem: string };

interface Part {
  columns: NonNullable<ManifestPartMessage['columns']>;
  rows: ({ line: number; file: string; user: string } & ({ crop?: Crop } | { problem: string }))[];
  bytes: number;
  lines: number;
}

/** S3 told of a manifest. Undefined when it is gone again, or an event of a later one was seen. */
export async function startManifest(
  { batch, key, sequencer }: Pick<Manifest, 'batch' | 'key' | 'sequencer'>,
  { files, batches }: Pick<ManifestStores, 'files' | 'batches'>,
): Promise<ManifestPartMessage | undefined> {
  const found = await files.head(key);
  if (found === undefined) return undefined;
  const manifest = { batch, key, etag: found.etag, sequencer };
  if (!(await batches.recordManifest(manifest))) return undefined;
  return { kind: 'manifest-part', ...manifest, named_at: found.lastModified, from_byte: 0, line: 1 };
}

/** Reads one part and queues what comes next. Gives the number of lines that it queued; undefined when the manifest was replaced. */
export async function readPart(
  message: ManifestPartMessage,
  read: ReadPart,
  stores: ManifestStores,
): Promise<number | undefined> {
  const { batch, key, etag, sequencer, columns, line, from_byte } = message;
  const piece = await stores.files.part(key, etag, from_byte, PART_BYTES);
  if (piece === undefined) return undefined;
  const outcome = read(piece.content, { ...(columns && { columns }), line, isLast: piece.isLast });
  const isStuck = outcome.ok && outcome.part.bytes === 0 && !piece.isLast;
  if (!outcome.ok || isStuck) {
    const problem = outcome.ok ? `line ${line}: longer than ${PART_BYTES} bytes` : outcome.problem;
    await stores.batches.write({
      batch,
      key,
      user: '',
      sequencer,
      state: 'refused',
      reason: `bad_manifest: ${problem}`,
    });
    return 0;
  }
  const { part } = outcome;
  const queued = await announce(message, part.rows, stores);
  await stores.intake.sendRows(queued);
  if (piece.isLast) await stores.intake.send({ kind: 'manifest-listing', batch, key, etag, sequencer });
  else {
    const next = { from_byte: from_byte + part.bytes, line: line + part.lines, columns: part.columns };
    await stores.intake.send({ ...message, ...next });
  }
  return queued.length;
}

/** Writes a row for each line before any of them is looked at; lines that say nothing usable end here. */
async function announce(
  { batch, sequencer, named_at }: ManifestPartMessage,
  rows: Part['rows'],
  { batches }: ManifestStores,
): Promise<(ImportFile & { line: number })[]> {
  const queued: (ImportFile & { line: number })[] = [];
  const prefix = prefixOf(batch);
  for (let from = 0; from < rows.length; from += CONCURRENCY) {
    const some = rows.slice(from, from + CONCURRENCY).map(async (row) => {
      const { line, user } = row;
      // A line without a file has no key of its own; its number keeps it apart from others.
      const file = { batch, key: `${prefix}${row.file || `(line ${line})`}`, user, line, sequencer };
      if ('problem' in row) await batches.write({ ...file, state: 'refused', reason: row.problem });
      else {
        await batches.announce(file);
        const said = { ...(row.crop && { crop: row.crop }), ...(named_at !== undefined && { namedAt: named_at }) };
        queued.push({ ...file, ...said });
      }
    });
    await Promise.all(some);
  }
  return queued.sort((one, other) => one.line - other.line);
}

/** One page of the batch's objects: those that no line names get a row that says so. Gives their number. */
export async function listManifest(message: ManifestListingMessage, stores: ManifestStores): Promise<number> {
  const { batch, key, etag, sequencer, page } = message;
  // A later manifest lists for itself, and this one's answer would be wrong by then.
  if ((await stores.batches.manifest(batch))?.etag !== etag) return 0;
  const listed = await stores.files.list(prefixOf(batch), page);
  const photos = listed.keys.filter((found) => found !== key && !found.endsWith('/'));
  let without = 0;
  for (let from = 0; from < photos.length; from += CONCURRENCY) {
    const some = photos.slice(from, from + CONCURRENCY).map(async (found) => {
      if (await stores.batches.hasRow(batch, found)) return;
      without++;
      await stores.batches.write({ batch, key: found, user: '', sequencer, state: 'refused', reason: 'no_row' });
    });
    await Promise.all(some);
  }
  if (listed.nextPage !== undefined) await stores.intake.send({ ...message, page: listed.nextPage });
  return without;
}

const prefixOf = (batch: string): string => `manifests/${batch}/`;

/** The key of a batch's manifest. */
export const manifestKey = (batch: string): string => `${prefixOf(batch)}${MANIFEST_FILE}`;
