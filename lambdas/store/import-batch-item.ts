import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
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
 * The items of a batch: partition key `batch`, sort key `file`. Rows have their key in the imports bucket, claims begin
 * with `user#`, the manifest with `top#`. So one range of the sort key has all rows and nothing else.
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
  /** Absent until an announced row is processed. */
  state: z.optional(z.enum(['queued', 'superseded', 'refused', 'waiting', 'undone'])),
  /** A manifest has announced the row again. The other attributes are from the manifest before. */
  announced: z.optional(z.boolean()),
  reason: z.optional(z.string()),
  user_id: z.optional(z.string()),
  upload_id: z.optional(z.string()),
  etag: z.optional(z.string()),
  object_at: z.optional(z.string()),
  expires_at: z.int(),
});

/** A row as it is read. `isAnnounced`: it still waits to be processed. */
export interface StoredRow extends BatchRow {
  isAnnounced: boolean;
}

export const rowKey = (file: ImportFile) => ({ batch: file.batch, file: rowId(file) });

/** A row's attributes without its key. */
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
  /** Every upload that the batch may have made for the user, from any row. */
  uploadIds: string[];
  /** All rows that ever lost the user. */
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

/** A row or a claim, as far as it says whom it is about. */
export interface BatchEntry {
  batch: string;
  /** The sort key. */
  file: string;
  /** Only rows: the object in the imports bucket, and the user as the file name or the manifest spells it. */
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

/** Reads the table of imports, whatever the items are. */
export function importBatchTable(db: DynamoDBDocumentClient, table: string, retentionDays: number) {
  const expiresAtSeconds = () => Math.floor(Date.now() / 1000) + retentionDays * 86_400;

  const read = async (batch: string, file: string) => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: { batch, file }, ConsistentRead: true }));
    // DynamoDB deletes expired items late. Here they are gone at once.
    return Item === undefined || Number(Item.expires_at) * 1000 <= Date.now() ? undefined : Item;
  };

  async function* items(batch: string, range: string, values: Record<string, string>) {
    const query = {
      TableName: table,
      KeyConditionExpression: `#batch = :batch AND ${range}`,
      ExpressionAttributeNames: KEY,
      ExpressionAttributeValues: { ':batch': batch, ...values },
      ConsistentRead: true,
    };
    for await (const { Items } of paginateQuery({ client: db, pageSize: 100 }, query)) yield Items ?? [];
  }

  return { db, table, expiresAtSeconds, read, items };
}

export type ImportBatchTable = ReturnType<typeof importBatchTable>;

/** Both are reserved words of DynamoDB. */
export const KEY = { '#batch': 'batch', '#file': 'file' };
