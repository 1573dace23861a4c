import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { BucketStatus } from '../core/rate-limit.ts';
import { conditionMet } from './conditional-write.ts';

/** A bucket that holds `burst` and gains one every `everyMs`. */
interface Bucket {
  key: string;
  burst: number;
  everyMs: number;
  nowMs: number;
}

/**
 * Rate limit buckets (generic cell rate algorithm, whose theoretical arrival time is one number). Part of `limits.ts`,
 * and in its table.
 *
 * A call is taken by one of two conditional writes: one for a full bucket, whose arrival time has passed, and one for a
 * bucket in use. If this process has seen an arrival time that has not passed, only the second can succeed, because
 * that time only grows. So one write is the rule, after a quiet time as well as in a crowd. Otherwise the first is
 * tried, then the second.
 */
export function rateBuckets(db: DynamoDBDocumentClient, table: string) {
  /** The latest arrival times that this process has seen. */
  const arrivals = new Map<string, number>();
  const note = (key: string, arrivalMs: number) => {
    if (arrivals.size >= MAX_REMEMBERED) arrivals.clear();
    arrivals.set(key, arrivalMs);
  };

  /** Returns the arrival time after the write; undefined if nothing could be taken. */
  async function take({ key, burst, everyMs, nowMs }: Bucket, id?: string): Promise<number | undefined> {
    const expires = Math.ceil((nowMs + burst * everyMs) / 1_000) + EXPIRY_MARGIN_SECONDS;
    const write = async (arrival: string, condition: string, values: Record<string, number>) => {
      const isNew = '(attribute_not_exists(last_id) OR last_id <> :id)';
      try {
        const { Attributes } = await db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: bucketKey(key) },
            UpdateExpression: `SET arrival_ms = ${arrival}, expires_at = :expires${id === undefined ? '' : ', last_id = :id'}`,
            ConditionExpression: id === undefined ? condition : `(${condition}) AND ${isNew}`,
            ExpressionAttributeValues: { ...values, ':expires': expires, ...(id !== undefined && { ':id': id }) },
            ReturnValues: 'UPDATED_NEW',
          }),
        );
        const arrivalMs = Number(Attributes?.arrival_ms);
        note(key, arrivalMs);
        return arrivalMs;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    };
    // DynamoDB deletes expired items late. That makes no difference here.
    const full = [
      'attribute_not_exists(arrival_ms) OR arrival_ms < :now',
      { ':next': nowMs + everyMs, ':now': nowMs },
    ] as const;
    const started = ['arrival_ms <= :latest', { ':every': everyMs, ':latest': nowMs + (burst - 1) * everyMs }] as const;
    const isStarted = (arrivals.get(key) ?? 0) >= nowMs;
    return (isStarted ? undefined : await write(':next', ...full)) ?? write('arrival_ms + :every', ...started);
  }

  async function bucket(
    key: string,
    burst: number,
    everyMs: number,
    nowMs: number,
  ): Promise<BucketStatus & { lastId?: string }> {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: { id: bucketKey(key) }, ConsistentRead: true }),
    );
    const { arrival_ms, last_id } = BucketItem.parse(Item ?? {});
    return {
      ...statusOf(arrival_ms, { key, burst, everyMs, nowMs }),
      ...(last_id !== undefined && { lastId: last_id }),
    };
  }

  return {
    /** Takes one call. False if the bucket is empty; the next is there within `everyMs`. */
    takeFromBucket: async (key: string, burst: number, everyMs: number, nowMs: number): Promise<boolean> =>
      (await take({ key, burst, everyMs, nowMs: Math.floor(nowMs) })) !== undefined,

    /**
     * The same for work with an id that may be requested again, even at the same time. It is taken once, as long as
     * nothing else was taken in between. Costs a read as well if nothing could be taken.
     */
    async takeOnce(key: string, id: string, burst: number, everyMs: number, nowMs: number): Promise<BucketStatus> {
      const wanted = { key, burst, everyMs, nowMs: Math.floor(nowMs) };
      const arrivalMs = await take(wanted, id);
      if (arrivalMs !== undefined) return { ...statusOf(arrivalMs, wanted), allowed: true };
      const { lastId, ...status } = await bucket(key, burst, everyMs, wanted.nowMs);
      return { ...status, allowed: lastId === id };
    },

    /** Gives back a call that was just taken and not used. */
    async giveBackToBucket(key: string, everyMs: number): Promise<void> {
      // Only here the arrival time gets smaller.
      arrivals.delete(key);
      await conditionMet(
        db.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: bucketKey(key) },
            UpdateExpression: 'SET arrival_ms = arrival_ms - :every',
            ConditionExpression: 'attribute_exists(arrival_ms)',
            ExpressionAttributeValues: { ':every': everyMs },
          }),
        ),
      );
    },

    /**
     * Whether this process knows that a bucket is empty. Makes no call: for deciding whether to start work in advance.
     */
    isSeenEmpty: (key: string, burst: number, everyMs: number, nowMs: number): boolean =>
      (arrivals.get(key) ?? 0) > nowMs + (burst - 1) * everyMs,

    /** What is in a bucket. Takes nothing. */
    bucket,
  };
}

const bucketKey = (key: string): string => `bucket#${key}`;

function statusOf(arrivalMs: number, { burst, everyMs, nowMs }: Bucket): BucketStatus {
  const owedMs = Math.max(0, arrivalMs - Math.floor(nowMs));
  const taken = Math.ceil(owedMs / everyMs);
  return {
    allowed: taken < burst,
    remaining: Math.max(0, burst - taken),
    // In steps, counted back from the time when the bucket is full.
    nextInMs: owedMs === 0 ? 0 : owedMs - (Math.min(taken, burst) - 1) * everyMs,
  };
}

const BucketItem = z.object({ arrival_ms: z._default(z.number(), 0), last_id: z.optional(z.string()) });

/** A bound on memory. Buckets that are not remembered cost more writes. */
const MAX_REMEMBERED = 10_000;

/** Clocks differ, and an item that expires too early would give away a burst. */
const EXPIRY_MARGIN_SECONDS = 3_600;
