import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { BucketStatus } from '../core/change-rate.ts';
import { digest } from '../core/credential.ts';
import type { RateLimitStatus } from '../core/rate-limit.ts';
import { conditionMet } from './conditional-write.ts';

/** What may happen only once, or only so often. Items expire by themselves; the conditions hold under concurrency. */
export function limitStore(db: DynamoDBDocumentClient, table: string) {
  /** When this process last noted the use of a token, by its digest. */
  const noted = new Map<string, number>();

  return {
    /** Notes that a token of the master secret's previous version was used; once an hour a process, so that it costs little. */
    async notePreviousSecretUse(tokenDigest: string, nowSeconds: number): Promise<void> {
      if ((noted.get(tokenDigest) ?? 0) > nowSeconds - NOTE_EVERY_SECONDS) return;
      const Item = {
        id: PREVIOUS_SECRET_USE + tokenDigest,
        used_at: Math.floor(nowSeconds),
        expires_at: Math.floor(nowSeconds) + NOTE_KEPT_SECONDS,
      };
      await db.send(new PutCommand({ TableName: table, Item }));
      if (noted.size >= MAX_NOTED) noted.clear();
      noted.set(tokenDigest, nowSeconds);
    },

    /** When tokens of the previous version were last used, seconds since 1970, by digest. Reads the whole table: not for requests. */
    async previousSecretUses(nowSeconds: number): Promise<Map<string, number>> {
      const filter = {
        TableName: table,
        FilterExpression: 'begins_with(id, :prefix) AND expires_at > :now',
        ExpressionAttributeValues: { ':prefix': PREVIOUS_SECRET_USE, ':now': Math.floor(nowSeconds) },
      };
      const uses = new Map<string, number>();
      for await (const { Items } of paginateScan({ client: db }, filter)) {
        for (const item of Items ?? []) {
          const { id, used_at } = PreviousSecretUseItem.parse(item);
          uses.set(id.slice(PREVIOUS_SECRET_USE.length), used_at);
        }
      }
      return uses;
    },

    /**
     * Uses a nonce up. False when it was used before. The same request may write it again: the SDK repeats a write
     * whose answer was lost, and that is no replay.
     */
    async useNonce(nonce: string, requestId: string, expiresAtSeconds: number): Promise<boolean> {
      return conditionMet(
        db.send(
          new PutCommand({
            TableName: table,
            Item: { id: `nonce#${digest(nonce)}`, request_id: requestId, expires_at: expiresAtSeconds },
            ConditionExpression: 'attribute_not_exists(id) OR request_id = :mine',
            ExpressionAttributeValues: { ':mine': requestId },
          }),
        ),
      );
    },

    /** Takes one of `limit` in the fixed window that `nowSeconds` lies in. */
    async takeFromWindow(
      key: string,
      limit: number,
      windowSeconds: number,
      nowSeconds: number,
    ): Promise<RateLimitStatus> {
      const startSeconds = Math.floor(nowSeconds / windowSeconds) * windowSeconds;
      const resetsAtSeconds = startSeconds + windowSeconds;
      try {
        const { Attributes } = await db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: `window#${key}#${startSeconds}` },
            UpdateExpression: 'SET expires_at = :expires ADD used :one',
            ConditionExpression: 'attribute_not_exists(used) OR used < :limit',
            ExpressionAttributeValues: { ':one': 1, ':limit': limit, ':expires': resetsAtSeconds + windowSeconds },
            ReturnValues: 'UPDATED_NEW',
          }),
        );
        return { allowed: true, limit, remaining: limit - Number(Attributes?.used), resetsAtSeconds };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException)
          return { allowed: false, limit, remaining: 0, resetsAtSeconds };
        throw error;
      }
    },

    /**
     * Takes one call from a bucket that holds `burst` and gets one more every `everyMs` (the generic cell rate algorithm, with
     * the theoretical arrival time as one number). False when it is empty; then there is one again within `everyMs`.
     *
     * Two conditional writes at the most, however many callers there are: the arrival time only grows, so once the first
     * condition failed for a `nowMs`, it can never hold again for it, and what remains is whether there is room.
     */
    async takeFromBucket(key: string, burst: number, everyMs: number, nowMs: number): Promise<boolean> {
      const now = Math.floor(nowMs);
      const item = { TableName: table, Key: { id: `bucket#${key}` } };
      const expires = Math.ceil((now + burst * everyMs) / 1_000) + EXPIRY_MARGIN_SECONDS;
      // Full: nothing was taken of late. DynamoDB deletes expired items late, which changes nothing here.
      const isFirst = await conditionMet(
        db.send(
          new UpdateCommand({
            ...item,
            UpdateExpression: 'SET arrival_ms = :next, expires_at = :expires',
            ConditionExpression: 'attribute_not_exists(arrival_ms) OR arrival_ms < :now',
            ExpressionAttributeValues: { ':next': now + everyMs, ':now': now, ':expires': expires },
          }),
        ),
      );
      if (isFirst) return true;
      return conditionMet(
        db.send(
          new UpdateCommand({
            ...item,
            UpdateExpression: 'SET arrival_ms = arrival_ms + :every, expires_at = :expires',
            ConditionExpression: 'arrival_ms <= :latest',
            ExpressionAttributeValues: {
              ':every': everyMs,
              ':latest': now + (burst - 1) * everyMs,
              ':expires': expires,
            },
          }),
        ),
      );
    },

    /**
     * The same for work that has an id and may be asked for again, at once too: it is taken from the bucket once, as long as nothing else of the bucket
     * came between. Two conditional writes at the most, and a read where there is nothing to take.
     */
    async takeOnce(key: string, id: string, burst: number, everyMs: number, nowMs: number): Promise<BucketStatus> {
      const now = Math.floor(nowMs);
      const Key = { id: `bucket#${key}` };
      const expires = Math.ceil((now + burst * everyMs) / 1_000) + EXPIRY_MARGIN_SECONDS;
      const take = async (arrival: string, condition: string, values: Record<string, unknown>) => {
        const isTaken = await conditionMet(
          db.send(
            new UpdateCommand({
              TableName: table,
              Key,
              UpdateExpression: `SET arrival_ms = ${arrival}, last_id = :id, expires_at = :expires`,
              ConditionExpression: `(${condition}) AND (attribute_not_exists(last_id) OR last_id <> :id)`,
              ExpressionAttributeValues: { ...values, ':id': id, ':expires': expires },
            }),
          ),
        );
        return isTaken;
      };
      const isTaken =
        (await take(':next', 'attribute_not_exists(arrival_ms) OR arrival_ms < :now', {
          ':next': now + everyMs,
          ':now': now,
        })) ||
        (await take('arrival_ms + :every', 'arrival_ms <= :latest', {
          ':every': everyMs,
          ':latest': now + (burst - 1) * everyMs,
        }));
      const { lastId, ...status } = await this.bucket(key, burst, everyMs, now);
      return { ...status, allowed: isTaken || lastId === id };
    },

    /** How much is in a bucket. Takes nothing. */
    async bucket(
      key: string,
      burst: number,
      everyMs: number,
      nowMs: number,
    ): Promise<BucketStatus & { lastId?: string }> {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { id: `bucket#${key}` }, ConsistentRead: true }),
      );
      const { arrival_ms, last_id } = BucketItem.parse(Item ?? {});
      const owedMs = Math.max(0, arrival_ms - Math.floor(nowMs));
      const taken = Math.ceil(owedMs / everyMs);
      return {
        allowed: taken < burst,
        remaining: Math.max(0, burst - taken),
        // In steps from the moment when all is there again.
        nextInMs: owedMs === 0 ? 0 : owedMs - (Math.min(taken, burst) - 1) * everyMs,
        ...(last_id !== undefined && { lastId: last_id }),
      };
    },
  };
}

const BucketItem = z.object({ arrival_ms: z.number().default(0), last_id: z.string().optional() });
const PREVIOUS_SECRET_USE = 'previous-secret#';
const PreviousSecretUseItem = z.object({ id: z.string(), used_at: z.int() });
const NOTE_EVERY_SECONDS = 3_600;
/** A month: somebody who comes by less often than that is not told from somebody who is gone. */
const NOTE_KEPT_SECONDS = 30 * 86_400;
/** Tokens that a process remembers; more would only be noted more often. */
const MAX_NOTED = 10_000;

/** Clocks differ, and an item that goes too early would give a burst away. */
const EXPIRY_MARGIN_SECONDS = 3_600;

export type LimitStore = ReturnType<typeof limitStore>;
