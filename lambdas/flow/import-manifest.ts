import { MANIFEST_FILE, type Manifest } from '../core/import-batch.ts';
import { isKeyBehind } from '../core/key-order.ts';
import { MAX_BATCH_BYTES } from '../core/row-bounds.ts';
import type { BatchStore } from '../store/import-batches.ts';
import type { ImportFiles } from '../store/import-files.ts';
import type { IntakeQueue, ManifestListingMessage, ManifestPartMessage } from '../store/intake-queue.ts';
import { announceRows, type PartRow } from './import-announce.ts';

/**
 * A manifest of any length is read in parts. Each part announces and queues its lines, and then queues the next part,
 * which is further on (`partAfter`, `pageAfter`): the function may invoke itself, so it must be certain to end. So
 * every invocation is short, nothing locks a batch, and one that dies is repeated from its own start. At the end the
 * batch's objects are listed, page by page, to find those without a line.
 */
const PART_BYTES = 64 * 1024;

/**
 * A line may be longer, as when somebody pastes a picture into a cell. Then this many times more is read, up to a
 * bound.
 */
const PART_GROWTH = 16;
const MAX_LINE_BYTES = PART_BYTES * PART_GROWTH ** 2;

/** Concurrent reads and conditional writes. */
const CONCURRENCY = 16;

interface ManifestStores {
  files: ImportFiles;
  batches: BatchStore;
  intake: IntakeQueue;
}

/** Reads a manifest's text. The edge knows CSV. */
export type ReadPart = (
  piece: Uint8Array,
  start: PartStart,
) => { ok: true; part?: Part } | { ok: false; problem: string };

interface PartStart {
  columns?: ManifestPartMessage['columns'];
  line: number;
  isLast: boolean;
  isFull: boolean;
  maxBytes: number;
}

interface Part {
  columns: NonNullable<ManifestPartMessage['columns']>;
  rows: PartRow[];
  bytes: number;
  lines: number;
}

/** How many lines of a part were queued, and how many were refused by DynamoDB or SQS. */
interface PartRead {
  queued: number;
  unstorable: number;
}

/** Starts on a manifest that S3 reported. Undefined if it is gone, or if an event of a later one was seen. */
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

/** Reads one part and queues what comes next. Undefined if the manifest was replaced. */
export async function readPart(
  message: ManifestPartMessage,
  read: ReadPart,
  stores: ManifestStores,
): Promise<PartRead | undefined> {
  const { batch, key, etag, sequencer, line, rows_before = 0 } = message;
  const refuse = async (problem: string): Promise<PartRead> => {
    const row = { batch, key, user: '', sequencer, state: 'refused', reason: `bad_manifest: ${problem}` } as const;
    await stores.batches.write(row);
    return { queued: 0, unstorable: 0 };
  };
  if (Buffer.byteLength(batch) > MAX_BATCH_BYTES) {
    return refuse(`the name of its folder is longer than ${MAX_BATCH_BYTES} bytes`);
  }
  const found = await readWholeLines(message, read, stores.files);
  if (found === undefined) return undefined;
  if ('message' in found) return refuse(found.message);
  const { part, isEnd } = found;
  const rowsNow = rows_before + part.rows.length;
  if (isEnd && rowsNow === 0) return refuse('there is no line below the header');
  const next = isEnd ? undefined : partAfter(message, part);
  if (!isEnd && next === undefined) return refuse(`line ${line}: longer than ${MAX_LINE_BYTES} bytes`);
  const done = await announceRows(message, part.rows, stores);
  await stores.intake.send(
    next === undefined ? { kind: 'manifest-listing', batch, key, etag, sequencer } : { ...next, rows_before: rowsNow },
  );
  return done;
}

/**
 * Where reading continues after a part. Undefined if nothing was read: the message to itself would repeat for ever.
 * Otherwise each message is further on in a file that ends, since the ETag fixes the file.
 */
export function partAfter(
  message: ManifestPartMessage,
  { bytes, lines, columns }: Pick<Part, 'bytes' | 'lines' | 'columns'>,
): ManifestPartMessage | undefined {
  if (bytes <= 0) return undefined;
  return { ...message, from_byte: message.from_byte + bytes, line: message.line + lines, columns };
}

/** The whole lines of the next part. For a line that is longer than a part, more of the file is read. */
async function readWholeLines(
  { key, etag, columns, line, from_byte }: ManifestPartMessage,
  read: ReadPart,
  files: ImportFiles,
): Promise<{ part: Part; isEnd: boolean } | { message: string } | undefined> {
  for (let bytes = PART_BYTES; ; bytes *= PART_GROWTH) {
    const piece = await files.part(key, etag, from_byte, bytes);
    if (piece === undefined) return undefined;
    const { content, isLast } = piece;
    const isFull = bytes >= MAX_LINE_BYTES;
    const outcome = read(content, { ...(columns && { columns }), line, isLast, isFull, maxBytes: PART_BYTES });
    if (!outcome.ok) return { message: outcome.problem };
    const { part } = outcome;
    if (part !== undefined && (part.bytes > 0 || isLast)) {
      return { part, isEnd: isLast && part.bytes >= content.length };
    }
    if (isFull) return { message: `the header is longer than ${MAX_LINE_BYTES} bytes` };
  }
}

/** Lists one page of the batch's objects. Those without a line get a row that says so. Returns their number. */
export async function listManifest(message: ManifestListingMessage, stores: ManifestStores): Promise<number> {
  const { batch, key, etag, sequencer, page } = message;
  // A later manifest has its own listing, which would contradict this one.
  if ((await stores.batches.manifest(batch))?.etag !== etag) return 0;
  const listed = await stores.files.list(prefixOf(batch), page);
  const photos = listed.keys.filter((found) => found !== key && !found.endsWith('/'));
  let without = 0;
  for (let from = 0; from < photos.length; from += CONCURRENCY) {
    const some = photos.slice(from, from + CONCURRENCY).map(async (found) => {
      if (await isNamed(batch, found, stores)) return;
      without++;
      await stores.batches.write({ batch, key: found, user: '', sequencer, state: 'refused', reason: 'no_row' });
    });
    await Promise.all(some);
  }
  if (listed.nextPage !== undefined) await stores.intake.send(pageAfter(message, listed.nextPage));
  return without;
}

/** Whether a line means this object: by its exact key, or by another spelling that no other object has. */
async function isNamed(batch: string, key: string, { batches, files }: ManifestStores): Promise<boolean> {
  const first = await batches.objectNamed(batch, key);
  if (first === undefined || first === key) return first === key;
  const named = new Set((await batches.entriesOf(batch, key)).map((entry) => entry.key ?? ''));
  if (named.has(key)) return true;
  for (const other of named) if ((await files.head(other)) === undefined) return true;
  return false;
}

/** Where the listing continues. @throws Error if that is not after this page: it would never end */
export function pageAfter(message: ManifestListingMessage, nextPage: string): ManifestListingMessage {
  if (!isKeyBehind(nextPage, message.page)) throw new Error(`the listing of ${message.batch} would stand still`);
  return { ...message, page: nextPage };
}

const prefixOf = (batch: string): string => `manifests/${batch}/`;

/** The key of a batch's manifest. */
export const manifestKey = (batch: string): string => `${prefixOf(batch)}${MANIFEST_FILE}`;
