import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { ImportFile } from '../core/import-batch.ts';
import { RequestedCropItem } from './crop.ts';
import { isLasting } from './lasting.ts';
import { queueDepth } from './queue-depth.ts';

/** Messages of the import function to itself: a manifest's row to import, or the next part of a manifest to read. */

const RowMessage = z.object({
  kind: z.literal('manifest-row'),
  batch: z.string(),
  key: z.string(),
  user: z.string(),
  crop: z.optional(RequestedCropItem),
  sequencer: z.string(),
  line: z.int().check(z.positive()),
  named_at: z.optional(z.string()),
});

const PartMessage = z.object({
  kind: z.literal('manifest-part'),
  batch: z.string(),
  key: z.string(),
  etag: z.string(),
  sequencer: z.string(),
  /** The manifest's LastModified, ISO 8601 UTC. */
  named_at: z.optional(z.string()),
  from_byte: z.int().check(z.nonnegative()),
  line: z.int().check(z.positive()),
  columns: z.optional(
    z.object({
      delimiter: z.string().check(z.length(1)),
      file: z.int().check(z.nonnegative()),
      user: z.int().check(z.nonnegative()),
      crop: z.optional(
        z.tuple([z.int().check(z.nonnegative()), z.int().check(z.nonnegative()), z.int().check(z.nonnegative())]),
      ),
      cropMode: z.optional(z.int().check(z.nonnegative())),
    }),
  ),
  /** Rows of the earlier parts. */
  rows_before: z.optional(z.int().check(z.nonnegative())),
});

const ListingMessage = z.object({
  kind: z.literal('manifest-listing'),
  batch: z.string(),
  key: z.string(),
  etag: z.string(),
  sequencer: z.string(),
  page: z.optional(z.string()),
});

const OwnMessage = z.discriminatedUnion('kind', [RowMessage, PartMessage, ListingMessage]);

export type IntakeMessage = z.output<typeof OwnMessage>;
export type ManifestPartMessage = z.output<typeof PartMessage>;
export type ManifestListingMessage = z.output<typeof ListingMessage>;

/** @throws on anything else: such a message is forged or broken, and belongs in the dead-letter queue */
export const readIntakeMessage = (message: unknown): IntakeMessage => OwnMessage.parse(message);

/**
 * Names may have any character, but messages may not: SQS refuses U+FFFE and U+FFFF, and a laptop's emulator anything
 * beyond U+FFFF (fauxqs 2.4.1).
 */
const asciiJson = (message: z.input<typeof OwnMessage>): string =>
  JSON.stringify(message).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The most that SendMessageBatch accepts. */
const MAX_BATCH = 10;

/** The intake queue. S3 writes to it as well. */
export function intakeQueue(sqs: SQSClient, queueUrl: string) {
  return {
    async send(message: IntakeMessage): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: asciiJson(message) }));
    },

    /** About how many messages wait or are being processed. */
    depth: (): Promise<number> => queueDepth(sqs, queueUrl),

    /**
     * Sends any number of rows. Returns those that the queue will never accept: a batch that is refused as a whole is
     * halved until they are alone.
     * @throws if a row could not be sent for a reason that may pass
     */
    async sendRows(rows: QueuedRow[]): Promise<QueuedRow[]> {
      const unsendable: QueuedRow[] = [];
      for (let from = 0; from < rows.length; from += MAX_BATCH) {
        unsendable.push(...(await sendSome(rows.slice(from, from + MAX_BATCH))));
      }
      return unsendable;
    },
  };

  async function sendSome(rows: QueuedRow[]): Promise<QueuedRow[]> {
    const Entries = rows.map(({ namedAt, ...row }, index) => {
      const message: z.input<typeof RowMessage> = { kind: 'manifest-row', ...row, named_at: namedAt };
      return { Id: String(index), MessageBody: asciiJson(message) };
    });
    try {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      const passing = Failed.find(({ SenderFault }) => !SenderFault);
      if (passing !== undefined) throw new Error(`a row could not be queued: ${passing.Code}`);
      const failedIds = new Set(Failed.map(({ Id }) => Id));
      return rows.filter((_, index) => failedIds.has(String(index)));
    } catch (error) {
      if (!isLasting(error)) throw error;
      if (rows.length === 1) return rows;
      const half = Math.ceil(rows.length / 2);
      return [...(await sendSome(rows.slice(0, half))), ...(await sendSome(rows.slice(half)))];
    }
  }
}

export type QueuedRow = ImportFile & { line: number };

export type IntakeQueue = ReturnType<typeof intakeQueue>;
