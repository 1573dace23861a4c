import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import {
  DISABLED_BECAUSE,
  type DisabledBecause,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookTest,
} from '../core/webhook.ts';
import { conditionMet } from './conditional-write.ts';

/** All webhooks lie together. */
const WEBHOOKS = 'webhooks';

const WebhookItem = z.object({
  item: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  disabled_because: z.optional(z.enum(DISABLED_BECAUSE)),
  created_at: z.string(),
  secrets: z.array(z.object({ number: z.int(), digest: z.string(), until_ms: z.optional(z.number()) })),
  failures: z.int(),
  failing_since_ms: z.optional(z.number()),
  rests_until_ms: z.optional(z.number()),
  is_slow: z.boolean(),
});

const TestItem = z.object({
  webhook_id: z.string(),
  /** Both are absent until it has ended. */
  outcome: z.optional(z.string()),
  took_ms: z.optional(z.number()),
});
const TESTS = 'tests';
const TEST_SECONDS = 3_600;

/** Webhooks, and how tests of them ended. */
export function webhookStore(db: DynamoDBDocumentClient, table: string) {
  const keyOf = (id: string) => ({ webhook: WEBHOOKS, item: id });

  /** Sets attributes of a webhook that is there; those that are undefined go. False when it is not there. */
  const set = (id: string, values: Record<string, unknown>): Promise<boolean> => {
    const entries = Object.entries(values);
    const kept = entries.filter(([, value]) => value !== undefined);
    const gone = entries.filter(([, value]) => value === undefined);
    const sets = kept.map(([name]) => `#${name} = :${name}`).join(', ');
    const removes = gone.map(([name]) => `#${name}`).join(', ');
    return conditionMet(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: keyOf(id),
          UpdateExpression: [sets && `SET ${sets}`, removes && `REMOVE ${removes}`].filter(Boolean).join(' '),
          ConditionExpression: 'attribute_exists(webhook)',
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
          // DynamoDB takes no empty list of values.
          ...(kept.length > 0 && {
            ExpressionAttributeValues: Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
          }),
        }),
      ),
    );
  };

  return {
    /** Every webhook. One page has them all: DynamoDB's holds a megabyte, and there are at most `MAX_WEBHOOKS` of some 3 KB. */
    async list(): Promise<Webhook[]> {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'webhook = :webhooks',
          ExpressionAttributeValues: { ':webhooks': WEBHOOKS },
          ConsistentRead: true,
        }),
      );
      return Items.map(readWebhook);
    },

    async get(id: string): Promise<Webhook | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: keyOf(id), ConsistentRead: true }));
      return Item === undefined ? undefined : readWebhook(Item);
    },

    /** Writes a new webhook. False when the id is taken. */
    add: (webhook: Webhook): Promise<boolean> =>
      conditionMet(
        db.send(
          new PutCommand({
            TableName: table,
            Item: { ...keyOf(webhook.id), ...webhookItem(webhook) },
            ConditionExpression: 'attribute_not_exists(webhook)',
          }),
        ),
      ),

    /** False when there was none. */
    async remove(id: string): Promise<boolean> {
      const gone = await db.send(new DeleteCommand({ TableName: table, Key: keyOf(id), ReturnValues: 'ALL_OLD' }));
      return gone.Attributes !== undefined;
    },

    setSecrets: (id: string, secrets: Webhook['secrets']): Promise<boolean> =>
      set(id, { secrets: secretItems(secrets) }),

    setHealth: (id: string, health: Webhook['health']): Promise<boolean> => set(id, healthItem(health)),

    setDisabled: (id: string, because: DisabledBecause | undefined): Promise<boolean> =>
      set(id, { disabled_because: because }),

    /** Writes where a test stands; for an hour. */
    async putTest({ id, webhookId, ended }: WebhookTest): Promise<void> {
      const Item: z.input<typeof TestItem> & Record<string, unknown> = {
        webhook: TESTS,
        item: id,
        webhook_id: webhookId,
        ...(ended && { outcome: ended.outcome, took_ms: ended.tookMs }),
        expires_at: Math.floor(Date.now() / 1_000) + TEST_SECONDS,
      };
      await db.send(new PutCommand({ TableName: table, Item }));
    },

    async test(testId: string): Promise<WebhookTest | undefined> {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { webhook: TESTS, item: testId }, ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      const { webhook_id, outcome, took_ms = 0 } = TestItem.parse(Item);
      return {
        id: testId,
        webhookId: webhook_id,
        ...(outcome !== undefined && { ended: { outcome, tookMs: took_ms } }),
      };
    },
  };
}

export type WebhookStore = ReturnType<typeof webhookStore>;

const secretItems = (secrets: Webhook['secrets']) =>
  secrets.map(({ number, digest, untilMs }) => ({
    number,
    digest,
    ...(untilMs !== undefined && { until_ms: untilMs }),
  }));

const healthItem = ({ failures, failingSinceMs, restsUntilMs, isSlow }: Webhook['health']) => ({
  failures,
  failing_since_ms: failingSinceMs,
  rests_until_ms: restsUntilMs,
  is_slow: isSlow,
});

const webhookItem = ({
  id,
  url,
  events,
  disabledBecause,
  createdAt,
  secrets,
  health,
}: Webhook): z.input<typeof WebhookItem> => ({
  item: id,
  url,
  events,
  disabled_because: disabledBecause,
  created_at: createdAt,
  secrets: secretItems(secrets),
  ...healthItem(health),
});

function readWebhook(item: Record<string, unknown>): Webhook {
  const read = WebhookItem.parse(item);
  return {
    id: read.item,
    url: read.url,
    events: read.events,
    ...(read.disabled_because && { disabledBecause: read.disabled_because }),
    createdAt: read.created_at,
    secrets: read.secrets.map(({ number, digest, until_ms }) => ({
      number,
      digest,
      ...(until_ms !== undefined && { untilMs: until_ms }),
    })),
    health: {
      failures: read.failures,
      ...(read.failing_since_ms !== undefined && { failingSinceMs: read.failing_since_ms }),
      ...(read.rests_until_ms !== undefined && { restsUntilMs: read.rests_until_ms }),
      isSlow: read.is_slow,
    },
  };
}
