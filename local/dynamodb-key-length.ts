import * as z from 'zod';

/**
 * The rule: a partition key has at most 2,048 bytes and a sort key 1,024, in UTF-8, in whatever is written, read or
 * queried. Source: DynamoDB's guide, "Constraints in Amazon DynamoDB", "Partition key length" and "Sort key length".
 *
 * The emulator has the rule too, but counts characters (dynalite 4.0.0): it lets 1,025 Cyrillic letters pass, which AWS
 * refuses.
 */
const MAX_PARTITION_KEY_BYTES = 2_048;
const MAX_SORT_KEY_BYTES = 1_024;

/** The names of a table's key attributes. */
export interface KeyNames {
  partition: string;
  sort?: string;
}

/**
 * AWS's own words for a call with a key that is too long (a ValidationException); undefined for any other call.
 * @param operation as in `X-Amz-Target`, e.g. `PutItem`
 * @param keysOf the key attributes of a table; undefined for an unknown one
 */
export function keyTooLong(
  operation: string,
  input: unknown,
  keysOf: (table: string) => KeyNames | undefined,
): string | undefined {
  for (const { table, values } of keyValues(operation, input, keysOf)) {
    const keys = keysOf(table);
    for (const { name, value } of values) {
      const bytes = bytesOf(value);
      if (name === keys?.partition && bytes > MAX_PARTITION_KEY_BYTES) return PARTITION_KEY_TOO_LONG;
      if (name === keys?.sort && bytes > MAX_SORT_KEY_BYTES) return SORT_KEY_TOO_LONG;
    }
  }
  return undefined;
}

// The missing space is AWS's.
const PARTITION_KEY_TOO_LONG =
  'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes';
const SORT_KEY_TOO_LONG =
  'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes';

const Value = z.looseObject({ S: z.string().optional(), B: z.string().optional() });
const Attributes = z.record(z.string(), Value);

function bytesOf({ S, B }: z.output<typeof Value>): number {
  if (S !== undefined) return Buffer.byteLength(S);
  return B === undefined ? 0 : Buffer.byteLength(B, 'base64');
}

interface Values {
  table: string;
  values: { name: string; value: z.output<typeof Value> }[];
}

const named = (table: string, attributes: z.output<typeof Attributes> | undefined): Values => ({
  table,
  values: Object.entries(attributes ?? {}).map(([name, value]) => ({ name, value })),
});

const One = z.looseObject({
  TableName: z.string(),
  Key: Attributes.optional(),
  Item: Attributes.optional(),
  ExclusiveStartKey: Attributes.optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Attributes.optional(),
});
const BatchGet = z.looseObject({ RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(Attributes) })) });
const BatchWrite = z.looseObject({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.looseObject({
        PutRequest: z.looseObject({ Item: Attributes }).optional(),
        DeleteRequest: z.looseObject({ Key: Attributes }).optional(),
      }),
    ),
  ),
});

/** Every value of a call that may be a key. The emulator refuses what is not a valid call. */
function keyValues(operation: string, input: unknown, keysOf: (table: string) => KeyNames | undefined): Values[] {
  if (operation === 'BatchGetItem') {
    const { data } = BatchGet.safeParse(input);
    return Object.entries(data?.RequestItems ?? {}).flatMap(([table, { Keys }]) =>
      Keys.map((key) => named(table, key)),
    );
  }
  if (operation === 'BatchWriteItem') {
    const { data } = BatchWrite.safeParse(input);
    return Object.entries(data?.RequestItems ?? {}).flatMap(([table, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }) => named(table, PutRequest?.Item ?? DeleteRequest?.Key)),
    );
  }
  const { data } = One.safeParse(input);
  if (data === undefined || keysOf(data.TableName) === undefined) return [];
  const { TableName: table, Key, Item, ExclusiveStartKey } = data;
  return [named(table, Key), named(table, Item), named(table, ExclusiveStartKey), { table, values: conditions(data) }];
}

/** The values that a KeyConditionExpression compares attributes with: an attribute comes before its values. */
function conditions({
  KeyConditionExpression = '',
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {},
}: z.output<typeof One>): Values['values'] {
  const found: Values['values'] = [];
  let name = '';
  for (const [word] of KeyConditionExpression.matchAll(/[:#]?\w+/g)) {
    if (word.startsWith(':')) found.push({ name, value: values[word] ?? {} });
    else if (!KEYWORDS.has(word.toUpperCase())) name = names[word] ?? word;
  }
  return found;
}

const KEYWORDS = new Set(['AND', 'BETWEEN', 'BEGINS_WITH']);
