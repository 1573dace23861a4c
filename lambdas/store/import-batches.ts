import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateScan,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  type BatchRow,
  type ImportFile,
  type Manifest,
  paddedSequencer,
  rowId,
  rowIdPrefix,
} from '../core/import-batch.ts';
import { MAX_SORT_KEY_BYTES } from '../core/row-bounds.ts';
import { conditionMet } from './conditional-write.ts';
import {
  type BatchEntry,
  fileAttributes,
  importBatchTable,
  KEY,
  MANIFEST_SORT_KEY,
  manifestItem,
  ROWS,
  readEntry,
  readManifestItem,
  readRowItem,
  rowAttributes,
  rowKey,
  type StoredRow,
} from './import-batch-item.ts';
import { importClaims } from './import-claims.ts';
import { isLasting } from './lasting.ts';

/** Rows, claims and manifests of imports. They all expire `retentionDays` after they were last written. */
export function batchStore(db: DynamoDBDocumentClient, table: string, retentionDays: number) {
  const batchTable = importBatchTable(db, table, retentionDays);
  const { expiresAtSeconds, read, items } = batchTable;

  const readRow = async (batch: string, id: string) => {
    const item = await read(batch, id);
    return item && readRowItem(item);
  };

  /** Sets attributes (removes those without a value), unless a later event wrote the row. */
  const setRow = (file: ImportFile, attributes: Record<string, unknown>, condition: string) => {
    const { set, remove, names, values } = assignments(attributes);
    return conditionMet(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: rowKey(file),
          UpdateExpression: `SET ${set}${remove === '' ? '' : ` REMOVE ${remove}`}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: { ...names, '#sequencer': 'sequencer' },
          ExpressionAttributeValues: values,
        }),
      ),
    );
  };

  return {
    ...importClaims(batchTable),

    row: (file: Pick<ImportFile, 'batch' | 'key' | 'user' | 'line'>): Promise<StoredRow | undefined> =>
      readRow(file.batch, rowId(file)),

    rowById: (batch: string, id: string): Promise<StoredRow | undefined> => readRow(batch, id),

    /**
     * Records a manifest's row before it is processed, so that none gets lost unseen. What an earlier manifest's row
     * led to is kept.
     */
    async announce(file: ImportFile): Promise<Announced> {
      try {
        const isNew = await setRow(
          file,
          { ...fileAttributes(file, expiresAtSeconds()), announced: true },
          'attribute_not_exists(#sequencer) OR #sequencer < :sequencer',
        );
        if (isNew) return 'announced';
      } catch (error) {
        if (isLasting(error)) return 'unstorable';
        throw error;
      }
      const row = await readRow(file.batch, rowId(file));
      if (row === undefined || row.sequencer !== paddedSequencer(file.sequencer)) return 'stale';
      return row.line === file.line ? 'announced' : 'taken';
    },

    /** Writes what became of a row. False if a later event wrote it: then that stays. */
    write: (row: BatchRow): Promise<boolean> =>
      setRow(
        row,
        { ...rowAttributes(row, expiresAtSeconds()), announced: undefined },
        'attribute_not_exists(#sequencer) OR #sequencer <= :sequencer',
      ),

    /** Every row, page by page, in the order of their keys. */
    async *rows(batch: string): AsyncGenerator<StoredRow[]> {
      for await (const page of items(batch, '#file BETWEEN :from AND :to', ROWS)) yield page.map(readRowItem);
    },

    /**
     * The object of the first row in a manifest's batch that may be about this one; undefined if there is no such row.
     */
    async objectNamed(batch: string, key: string): Promise<string | undefined> {
      const prefix = rowIdPrefix(key);
      // No row has such an id, and DynamoDB would not accept the query.
      if (Buffer.byteLength(prefix) > MAX_SORT_KEY_BYTES) return undefined;
      const { Items } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#batch = :batch AND begins_with(#file, :key)',
          ExpressionAttributeNames: KEY,
          ExpressionAttributeValues: { ':batch': batch, ':key': prefix },
          ConsistentRead: true,
          Limit: 1,
        }),
      );
      return Items?.[0] && readRowItem(Items[0]).key;
    },

    /** Makes any existing row a refused one. */
    refuse: (batch: string, id: string, reason: string): Promise<boolean> => setState(batch, id, 'refused', reason),

    /** Records that a row's photo was undone. */
    markUndone: (batch: string, id: string): Promise<boolean> => setState(batch, id, 'undone', undefined),

    /**
     * Every row and claim of every batch, page by page. For an erasure, because nothing lists what names a person.
     * Reads the whole table.
     */
    async *everything(): AsyncGenerator<BatchEntry[]> {
      const scan = {
        TableName: table,
        ProjectionExpression: '#batch, #file, object_key, user_named, user_id',
        ExpressionAttributeNames: KEY,
        ConsistentRead: true,
      };
      for await (const { Items } of paginateScan({ client: db }, scan)) yield (Items ?? []).map(readEntry);
    },

    /** The entries of a manifest's batch that may be about an object, in any spelling. They may be several people's. */
    async entriesOf(batch: string, key: string): Promise<BatchEntry[]> {
      const found: BatchEntry[] = [];
      const prefix = rowIdPrefix(key);
      if (Buffer.byteLength(prefix) > MAX_SORT_KEY_BYTES) return found;
      for await (const page of items(batch, 'begins_with(#file, :key)', { ':key': prefix }))
        found.push(...page.map(readEntry));
      return found;
    },

    /** All entries of a batch: rows, claims and its manifest. */
    async entriesOfBatch(batch: string): Promise<BatchEntry[]> {
      const found: BatchEntry[] = [];
      // A sort key has at least one character, and none sorts before a blank.
      for await (const page of items(batch, '#file >= :least', { ':least': ' ' })) found.push(...page.map(readEntry));
      return found;
    },

    /** Deletes a row or a claim. Repeating it does no harm. */
    async remove({ batch, file }: BatchEntry): Promise<void> {
      await db.send(new DeleteCommand({ TableName: table, Key: { batch, file } }));
    },

    async manifest(batch: string): Promise<Manifest | undefined> {
      const item = await read(batch, MANIFEST_SORT_KEY);
      return item && readManifestItem(item);
    },

    /** Records the manifest that counts. False if a later one does. */
    recordManifest: (manifest: Manifest): Promise<boolean> =>
      conditionMet(
        db.send(
          new PutCommand({
            TableName: table,
            Item: manifestItem(manifest, expiresAtSeconds()),
            ConditionExpression: 'attribute_not_exists(sequencer) OR sequencer <= :sequencer',
            ExpressionAttributeValues: { ':sequencer': paddedSequencer(manifest.sequencer) },
          }),
        ),
      ),
  };

  function setState(batch: string, id: string, state: BatchRow['state'], reason: string | undefined) {
    const { set, remove, names, values } = assignments({ state, reason, announced: undefined });
    return conditionMet(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { batch, file: id },
          UpdateExpression: `SET ${set} REMOVE ${remove}`,
          ConditionExpression: 'attribute_exists(object_key)',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        }),
      ),
    );
  }
}

export type BatchStore = ReturnType<typeof batchStore>;

/**
 * `stale`: a later manifest has announced the row. `taken`: another line of the same manifest has. `unstorable`:
 * DynamoDB will never accept it.
 */
type Announced = 'announced' | 'stale' | 'taken' | 'unstorable';

/** The parts of an update: attributes with a value are set, those without are removed. */
function assignments(attributes: Record<string, unknown>) {
  const names = Object.keys(attributes);
  const given = names.filter((name) => attributes[name] !== undefined);
  return {
    set: given.map((name) => `#${name} = :${name}`).join(', '),
    remove: names
      .filter((name) => attributes[name] === undefined)
      .map((name) => `#${name}`)
      .join(', '),
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(given.map((name) => [`:${name}`, attributes[name]])),
  };
}
