import { DeleteCommand, type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { SWEEP_PARTS } from '../core/sweep-cursor.ts';
import { conditionMet } from './conditional-write.ts';

/** One page of a whole table, in DynamoDB's own order: at most a thousand items. `nextAfter` is absent on the last one. */
interface ScannedPage {
  items: Record<string, unknown>[];
  nextAfter?: string;
}

/**
 * Reads one page, after where another ended. `after` is that page's `nextAfter`: JSON, so that a message can carry it. Of a
 * part of the table, where one is given: DynamoDB cuts it into as many as there are (`core/sweep-cursor.ts`).
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

/** An item that counts as gone already, since its time to live is over. DynamoDB deletes it late, a laptop not at all. */
export const isExpired = ({ expires_at }: Record<string, unknown>): boolean =>
  typeof expires_at === 'number' && expires_at * 1000 <= Date.now();

/** Deletes an item if it is expired still: it may have been written anew. False when it is not. */
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

/** A table as the sweep sees it: rows that expire by themselves, and are removed when nobody else does it. */
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
