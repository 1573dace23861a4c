import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Delivery } from '../core/webhook.ts';
import { conditionMet } from './conditional-write.ts';

/** A webhook's deliveries lie below its id, in the order in which they are due. */
const DUE = 'due#';
/** Who runs what is due, so that two of them do not send the same. */
const RUN_KEY = { webhook: 'run', item: 'run' };

const DeliveryItem = z.object({
  webhook: z.string(),
  item: z.string(),
  message_id: z.string(),
  type: z.string(),
  body: z.string(),
  tries: z.int(),
  first_ms: z.number(),
  due_ms: z.number(),
  /** Seconds since 1970, for what is left of a webhook that was removed meanwhile: all others end within two days. */
  expires_at: z.int(),
});

const KEPT_SECONDS = 14 * 86_400;

/** What waits to be sent to webhooks; in their table. */
export function deliveryStore(db: DynamoDBDocumentClient, table: string) {
  return {
    /** Keeps a delivery until it is due. One of the same message and time is the same. */
    async keep(delivery: Delivery): Promise<void> {
      await db.send(new PutCommand({ TableName: table, Item: deliveryItem(delivery) }));
    },

    /** Removes a delivery that was kept. */
    async remove({ webhookId, dueMs, messageId }: Delivery): Promise<void> {
      const Key = { webhook: webhookId, item: placeOf(dueMs, messageId) };
      await db.send(new DeleteCommand({ TableName: table, Key }));
    },

    /** Deliveries that are due, the longest due first. */
    async due(webhookId: string, nowMs: number, max: number): Promise<Delivery[]> {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'webhook = :id AND #item BETWEEN :first AND :now',
          ExpressionAttributeNames: { '#item': 'item' },
          ExpressionAttributeValues: { ':id': webhookId, ':first': DUE, ':now': placeOf(nowMs, '~') },
          ConsistentRead: true,
          Limit: max,
        }),
      );
      return Items.map(readDelivery);
    },

    /** How many wait, a thousand at the most. */
    async waiting(webhookId: string): Promise<number> {
      const { Count = 0 } = await db.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'webhook = :id',
          ExpressionAttributeValues: { ':id': webhookId },
          Select: 'COUNT',
          Limit: 1_000,
        }),
      );
      return Count;
    },

    /** Takes the run of what is due until then. False while another has it; it ends by itself, for the case that a run dies. */
    beginRun: (nowMs: number, untilMs: number): Promise<boolean> =>
      conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: RUN_KEY,
            UpdateExpression: 'SET until_ms = :until',
            ConditionExpression: 'attribute_not_exists(until_ms) OR until_ms <= :now',
            ExpressionAttributeValues: { ':until': untilMs, ':now': nowMs },
          }),
        ),
      ),

    /** Ends the run that was taken until then. */
    async endRun(untilMs: number): Promise<void> {
      await conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: RUN_KEY,
            UpdateExpression: 'SET until_ms = :none',
            ConditionExpression: 'until_ms = :until',
            ExpressionAttributeValues: { ':until': untilMs, ':none': 0 },
          }),
        ),
      );
    },
  };
}

export type DeliveryStore = ReturnType<typeof deliveryStore>;

/** Thirteen digits last until the year 2286. */
const placeOf = (dueMs: number, messageId: string): string => `${DUE}${String(dueMs).padStart(13, '0')}#${messageId}`;

const deliveryItem = (delivery: Delivery): z.input<typeof DeliveryItem> => ({
  webhook: delivery.webhookId,
  item: placeOf(delivery.dueMs, delivery.messageId),
  message_id: delivery.messageId,
  type: delivery.type,
  body: delivery.body,
  tries: delivery.tries,
  first_ms: delivery.firstMs,
  due_ms: delivery.dueMs,
  expires_at: Math.floor(delivery.firstMs / 1_000) + KEPT_SECONDS,
});

function readDelivery(item: Record<string, unknown>): Delivery {
  const { webhook, message_id, type, body, tries, first_ms, due_ms } = DeliveryItem.parse(item);
  return { webhookId: webhook, messageId: message_id, type, body, tries, firstMs: first_ms, dueMs: due_ms };
}
