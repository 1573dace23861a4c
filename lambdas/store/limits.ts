import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { digest } from '../core/credential.ts';
import type { RateLimitStatus } from '../core/rate-limit.ts';
import { conditionMet } from './conditional-write.ts';
import { rateBuckets } from './rate-buckets.ts';

/** What may happen only once, or only so often. Items expire by themselves; the conditions hold under concurrency. */
export function limitStore(db: DynamoDBDocumentClient, table: string) {
  /** When this process last noted the use of a token, by its digest. */
  const noted = new Map<string, number>();

  return {
    ...rateBuckets(db, table),

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

    /** Gives back what was taken from the window that `nowSeconds` lies in. */
    async giveBackToWindow(key: string, windowSeconds: number, nowSeconds: number): Promise<void> {
      const startSeconds = Math.floor(nowSeconds / windowSeconds) * windowSeconds;
      await conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: `window#${key}#${startSeconds}` },
            UpdateExpression: 'ADD used :less',
            ConditionExpression: 'used > :none',
            ExpressionAttributeValues: { ':less': -1, ':none': 0 },
          }),
        ),
      );
    },
  };
}

const PREVIOUS_SECRET_USE = 'previous-secret#';
const PreviousSecretUseItem = z.object({ id: z.string(), used_at: z.int() });
const NOTE_EVERY_SECONDS = 3_600;
/** A month: somebody who comes by less often than that is not told from somebody who is gone. */
const NOTE_KEPT_SECONDS = 30 * 86_400;
/** Tokens that a process remembers; more would only be noted more often. */
const MAX_NOTED = 10_000;

export type LimitStore = ReturnType<typeof limitStore>;
