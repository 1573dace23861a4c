import { type DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';

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
