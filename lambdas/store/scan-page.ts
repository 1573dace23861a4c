import { DeleteCommand, type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { SWEEP_PARTS } from '../core/sweep-cursor.ts';
import { conditionMet } from './conditional-write.ts';

/** One page of a whole table, in DynamoDB's order: at most a thousand items. `nextAfter` is absent on the last page. */
interface ScannedPage {
  items: Record<string, unknown>[];
  nextAfter?: string;
}

/**
 * Reads the page after `after`, which is the previous page's `nextAfter`: JSON, so that it fits into a message. With
 * `part`, only of that part of the table, which DynamoDB divides evenly (`core/sweep-cursor.ts`).
 */
export async function scanPage(
  db: DynamoDBDocumentClient,
  table: string,
  after?: string,
  part?: number,
): Promise<ScannedPage> {
  const { Items, LastEvaluatedKey } = await db.send(
    new ScanCommand({
      TableName: table,
      Limit: 1000,
      ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) }),
      ...(part !== undefined && { Segment: part, TotalSegments: SWEEP_PARTS }),
    }),
  );
  return { items: Items ?? [], ...(LastEvaluatedKey && { nextAfter: JSON.stringify(LastEvaluatedKey) }) };
}

/** Whether an item's time to live has passed, so that it counts as gone. DynamoDB deletes it late, a laptop never. */
export const isExpired = ({ expires_at }: Record<string, unknown>): boolean =>
  typeof expires_at === 'number' && expires_at * 1000 <= Date.now();

/** Deletes an item if it is still expired: it may have been written again. False if it is not. */
export async function deleteExpired(
  db: DynamoDBDocumentClient,
  table: string,
  key: Record<string, unknown>,
): Promise<boolean> {
  return conditionMet(
    db.send(
      new DeleteCommand({
        TableName: table,
        Key: key,
        ConditionExpression: 'expires_at <= :now',
        ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1000) },
      }),
    ),
  );
}

/** A table with rows that expire, for the sweep, which removes those that are left over. */
export function expiringTable(db: DynamoDBDocumentClient, table: string, keyNames: string[]) {
  return {
    /** Deletes the expired rows of one page, of a part or of everything. */
    async sweepPage(after?: string, part?: number): Promise<{ removed: number; nextAfter?: string }> {
      const { items, nextAfter } = await scanPage(db, table, after, part);
      let removed = 0;
      for (const item of items.filter(isExpired)) {
        const key = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
        if (await deleteExpired(db, table, key)) removed++;
      }
      return { removed, ...(nextAfter !== undefined && { nextAfter }) };
    },
  };
}

export type ExpiringTable = ReturnType<typeof expiringTable>;
