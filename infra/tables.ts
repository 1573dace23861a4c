import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/**
 * The key attributes of each table (strings), and the attribute (epoch seconds) after which DynamoDB may drop an item.
 */
const TABLES = {
  users: { id: 'Users', key: 'id', expiry: 'expires_at' },
  teams: { id: 'Teams', key: 'id', expiry: undefined },
  credentials: { id: 'Credentials', key: 'digest', expiry: 'expires_at' },
  uploads: { id: 'Uploads', key: 'id', expiry: 'expires_at' },
  limits: { id: 'Limits', key: 'id', expiry: 'expires_at' },
  batches: { id: 'Batches', key: 'batch', sortKey: 'file', expiry: 'expires_at' },
} as const satisfies Record<string, TableKeys>;

interface TableKeys {
  id: string;
  key: string;
  sortKey?: string;
  expiry: string | undefined;
}

export type Tables = Record<keyof typeof TABLES, Table>;

/**
 * The records: on demand, restorable to any second of the last 35 days, encrypted by DynamoDB like every table. No
 * indexes: they lag behind, and none may decide who somebody is.
 */
export function dynamoTables(scope: Construct): Tables {
  const table = (name: keyof typeof TABLES) => dynamoTable(scope, TABLES[name]);
  return {
    users: table('users'),
    teams: table('teams'),
    credentials: table('credentials'),
    uploads: table('uploads'),
    limits: table('limits'),
    batches: table('batches'),
  };
}

/** Webhooks, and their waiting messages. On demand, so that an empty table costs nothing. */
export const webhooksTable = (scope: Construct): Table =>
  dynamoTable(scope, { id: 'Webhooks', key: 'webhook', sortKey: 'item', expiry: 'expires_at' });

function dynamoTable(scope: Construct, { id, key, sortKey, expiry }: TableKeys): Table {
  return new Table(scope, id, {
    partitionKey: { name: key, type: AttributeType.STRING },
    ...(sortKey !== undefined && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: expiry,
  });
}
