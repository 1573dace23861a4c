import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Upload, UploadState } from '../core/change.ts';

const UploadItem = z.object({
  id: z.string(),
  user_id: z.string(),
  number: z.int(),
  door: z.enum(['slack', 'twitter', 'import']),
  state: z.enum(['queued', 'published', 'superseded', 'refused', 'failed']),
  reason: z.string().optional(),
  accepted_at: z.string(),
  finished_at: z.string().optional(),
  /** Seconds since 1970: DynamoDB's time to live. */
  expires_at: z.int(),
});

/** Upload rows: what became of each accepted upload. They outlive every queue that may still name them. */
export function uploadStore(db: DynamoDBDocumentClient, table: string) {
  return {
    /** Writes a new row. A second write of the same id (an SDK retry of our own) leaves the first. */
    async add(upload: Upload, retentionDays: number): Promise<void> {
      const item: z.input<typeof UploadItem> = {
        id: upload.id,
        user_id: upload.userId,
        number: upload.number,
        door: upload.door,
        state: upload.state,
        accepted_at: upload.acceptedAt,
        expires_at: Math.floor(Date.parse(upload.acceptedAt) / 1000) + retentionDays * 86_400,
      };
      await onlyIf(
        db.send(new PutCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(id)' })),
      );
    },

    async get(id: string): Promise<Upload | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const row = UploadItem.parse(Item);
      // DynamoDB deletes expired items late, by days at times; here they are gone at once.
      if (row.expires_at * 1000 <= Date.now()) return undefined;
      return {
        id: row.id,
        userId: row.user_id,
        number: row.number,
        door: row.door,
        state: row.state,
        ...(row.reason !== undefined && { reason: row.reason }),
        acceptedAt: row.accepted_at,
        ...(row.finished_at !== undefined && { finishedAt: row.finished_at }),
      };
    },

    /** Moves a queued row to its end; a row that has one keeps it. */
    async finish(
      id: string,
      state: Exclude<UploadState, 'queued'>,
      finishedAt: string,
      reason?: string,
    ): Promise<void> {
      await onlyIf(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id },
            UpdateExpression: `SET #state = :state, finished_at = :at${reason === undefined ? '' : ', reason = :reason'}`,
            ConditionExpression: '#state = :queued',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':state': state, ':at': finishedAt, ':queued': 'queued', ':reason': reason },
          }),
        ),
      );
    },
  };
}

export type UploadStore = ReturnType<typeof uploadStore>;

/** A condition that did not hold means that the write was done before, or is not due: both are fine here. */
async function onlyIf(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
