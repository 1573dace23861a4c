import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Allowance } from '../core/allowance.ts';
import { digest } from '../core/credential.ts';

/** What may happen only once, or only so often. Items expire by themselves; the conditions hold under concurrency. */
export function limitStore(db: DynamoDBDocumentClient, table: string) {
  return {
    /**
     * Uses a nonce up. False when it was used before. The same request may write it again: the SDK repeats a write
     * whose answer was lost, and that is no replay.
     */
    async useNonce(nonce: string, requestId: string, expiresAtSeconds: number): Promise<boolean> {
      try {
        await db.send(
          new PutCommand({
            TableName: table,
            Item: { id: `nonce#${digest(nonce)}`, request_id: requestId, expires_at: expiresAtSeconds },
            ConditionExpression: 'attribute_not_exists(id) OR request_id = :mine',
            ExpressionAttributeValues: { ':mine': requestId },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    /** Takes one of `limit` in the fixed window that `nowSeconds` lies in. */
    async takeFromWindow(key: string, limit: number, windowSeconds: number, nowSeconds: number): Promise<Allowance> {
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
  };
}

export type LimitStore = ReturnType<typeof limitStore>;
