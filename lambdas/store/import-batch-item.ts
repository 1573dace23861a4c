import * as z from 'zod/mini';
import {
  type BatchRow,
  type ImportFile,
  type Manifest,
  paddedSequencer,
  type Rank,
  rowId,
} from '../core/import-batch.ts';

/**
 * How a batch lies in its table: partition key `batch`, sort key `file`. Rows are under their keys in the imports bucket,
 * claims under `user#`, the manifest under `top#`: so one range of the sort key has all rows and nothing else.
 */
export const ROWS = { ':from': 'imports/', ':to': 'manifests0' };
export const CLAIMS_PREFIX = 'user#';
export const MANIFEST_SORT_KEY = 'top#manifest';

const RowItem = z.object({
  batch: z.string(),
  file: z.string(),
  object_key: z.string(),
  user_named: z.string(),
  sequencer: z.string(),
  line: z.optional(z.int()),
  /** Absent while a manifest has announced the row and nothing has looked at it yet. */
  state: z.optional(z.enum(['queued', 'superseded', 'refused', 'waiting', 'undone'])),
  /** A manifest has announced the row anew; what the other attributes say is of the manifest before. */
  announced: z.optional(z.boolean()),
  reason: z.optional(z.string()),
  user_id: z.optional(z.string()),
  upload_id: z.optional(z.string()),
  etag: z.optional(z.string()),
  object_at: z.optional(z.string()),
  expires_at: z.int(),
});

/** A row as it is read: whether it still waits to be looked at, beside what it says. */
export interface StoredRow extends BatchRow {
  isAnnounced: boolean;
}

export const rowKey = (file: ImportFile) => ({ batch: file.batch, file: rowId(file) });

/** What a row says, without its key. */
export const rowAttributes = (row: BatchRow, expiresAtSeconds: number) => ({
  ...fileAttributes(row, expiresAtSeconds),
  state: row.state,
  reason: row.reason,
  user_id: row.userId,
  upload_id: row.uploadId,
  etag: row.etag,
  object_at: row.objectAt,
});

export const fileAttributes = (file: ImportFile, expiresAtSeconds: number) => ({
  object_key: file.key,
  user_named: file.user,
  sequencer: paddedSequencer(file.sequencer),
  line: file.line,
  expires_at: expiresAtSeconds,
});

export function readRowItem(item: Record<string, unknown>): StoredRow {
  const row = RowItem.parse(item);
  return {
    batch: row.batch,
    key: row.object_key,
    user: row.user_named,
    sequencer: row.sequencer,
    state: row.state ?? 'queued',
    isAnnounced: row.announced ?? false,
    ...(row.line !== undefined && { line: row.line }),
    ...(row.reason !== undefined && { reason: row.reason }),
    ...(row.user_id !== undefined && { userId: row.user_id }),
    ...(row.upload_id !== undefined && { uploadId: row.upload_id }),
    ...(row.etag !== undefined && { etag: row.etag }),
    ...(row.object_at !== undefined && { objectAt: row.object_at }),
  };
}

const ClaimItem = z.object({
  file: z.string().check(z.startsWith(CLAIMS_PREFIX)),
  holder: z.string(),
  manifest: z.string(),
  place: z.string(),
  upload_ids: z.optional(z.set(z.string())),
  ousted: z.optional(z.set(z.string())),
});

/** Which row of a batch a user's photo comes from. */
export interface BatchClaim {
  userId: string;
  /** The row's id. */
  holder: string;
  rank: Rank;
  /** Every upload that the batch may have made for the user, whichever row it came from. */
  uploadIds: string[];
  /** Rows that have lost the user, at one time or another. */
  ousted: string[];
}

export const claimSortKey = (userId: string): string => `${CLAIMS_PREFIX}${userId}`;

export function readClaimItem(item: Record<string, unknown>): BatchClaim {
  const claim = ClaimItem.parse(item);
  return {
    userId: claim.file.slice(CLAIMS_PREFIX.length),
    holder: claim.holder,
    rank: { manifest: claim.manifest, place: claim.place },
    uploadIds: [...(claim.upload_ids ?? [])].sort(),
    ousted: [...(claim.ousted ?? [])].filter((row) => row !== claim.holder).sort(),
  };
}

const ManifestItem = z.object({ batch: z.string(), object_key: z.string(), etag: z.string(), sequencer: z.string() });

export const manifestItem = ({ batch, key, etag, sequencer }: Manifest, expiresAtSeconds: number) => ({
  batch,
  file: MANIFEST_SORT_KEY,
  object_key: key,
  etag,
  sequencer: paddedSequencer(sequencer),
  expires_at: expiresAtSeconds,
});

export function readManifestItem(item: Record<string, unknown>): Manifest {
  const { batch, object_key, etag, sequencer } = ManifestItem.parse(item);
  return { batch, key: object_key, etag, sequencer };
}

/** A row or a claim as far as it says whom it is about. */
export interface BatchEntry {
  batch: string;
  /** The sort key. */
  file: string;
  /** Of a row: its object in the imports bucket, and whom the file's name or the manifest means. */
  key?: string;
  user?: string;
  userId?: string;
}

const EntryItem = z.object({
  batch: z.string(),
  file: z.string(),
  object_key: z.optional(z.string()),
  user_named: z.optional(z.string()),
  user_id: z.optional(z.string()),
});

export function readEntry(item: Record<string, unknown>): BatchEntry {
  const { batch, file, object_key, user_named, user_id } = EntryItem.parse(item);
  const userId = file.startsWith(CLAIMS_PREFIX) ? file.slice(CLAIMS_PREFIX.length) : user_id;
  return {
    batch,
    file,
    ...(object_key !== undefined && { key: object_key }),
    ...(user_named !== undefined && { user: user_named }),
    ...(userId !== undefined && { userId }),
  };
}
