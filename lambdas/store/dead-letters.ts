import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { queueDepth } from './queue-depth.ts';

export interface DeadLetter {
  messageId: string;
  body: string;
  /** When it was first sent, ISO 8601 UTC. SQS does not say when it became a dead letter. */
  sentAt: string;
  /** By the queue's consumer, and by anybody who has looked since. */
  received: number;
  /** Needed for the delete. */
  receipt: string;
}

/**
 * How long a received message is hidden from everybody, unless it is released earlier. Short, because SQS cannot show
 * messages without hiding them, and this process may die.
 */
const HIDDEN_SECONDS = 5;
/** How soon a message is back after its release. Not at once: a laptop's emulator cannot store that (fauxqs 2.4.1). */
const RELEASED_SECONDS = 1;
/** The most that SQS returns at once. */
const MAX_RECEIVED = 10;
const MAX_MESSAGES = 100_000;
const POLL_MS = 500;

/** A dead-letter queue, and the queue that its messages came from. */
export function deadLetters(sqs: SQSClient, deadUrl: string, sourceUrl: string) {
  const removed = new Set<string>();
  /** The messages that this process hides now: receipts by message id. */
  const hidden = new Map<string, string>();

  const depth = (): Promise<number> => queueDepth(sqs, deadUrl);

  const remove = async ({ messageId, receipt }: DeadLetter): Promise<void> => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: deadUrl, ReceiptHandle: receipt }));
    removed.add(messageId);
    hidden.delete(messageId);
  };

  /**
   * Releases what this process hides. A message that cannot be released is visible already, or somebody else has it.
   */
  const release = async (): Promise<void> => {
    const receipts = [...hidden.values()];
    hidden.clear();
    for (let from = 0; from < receipts.length; from += MAX_RECEIVED) {
      const Entries = receipts
        .slice(from, from + MAX_RECEIVED)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: RELEASED_SECONDS }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadUrl, Entries }));
    }
  };

  return {
    /** About how many there are. Costs the same for any number. */
    depth,

    /**
     * Every message once, up to 100,000. Waits for those that somebody else is looking at. Yields each message as soon
     * as it is received, so that the caller can act before it is visible again. One that was removed with too old a
     * receipt, and so comes again, is removed again.
     */
    async *all(): AsyncGenerator<DeadLetter> {
      const seen = new Set<string>();
      try {
        for (let untilMs: number | undefined; seen.size < MAX_MESSAGES; ) {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({
              QueueUrl: deadUrl,
              MaxNumberOfMessages: MAX_RECEIVED,
              VisibilityTimeout: HIDDEN_SECONDS,
              // Above 0, SQS asks all servers of a queue, so that an empty answer means something.
              WaitTimeSeconds: 1,
              MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
            }),
          );
          const letters = Messages.map(readLetter);
          for (const { messageId, receipt } of letters) hidden.set(messageId, receipt);
          let isNew = false;
          for (const letter of letters) {
            if (removed.has(letter.messageId)) await remove(letter);
            if (seen.has(letter.messageId)) continue;
            seen.add(letter.messageId);
            isNew = true;
            yield letter;
          }
          if (isNew) continue;
          // What is left is known already, or hidden by somebody else for a moment.
          untilMs ??= Date.now() + (HIDDEN_SECONDS + 1) * 1000;
          if ((await depth()) <= seen.size - removed.size || Date.now() > untilMs) return;
          await sleep(POLL_MS);
        }
      } finally {
        await release();
      }
    },

    /** Puts a message into this queue directly, to test whether it is noticed. */
    async put(body: string): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody: body }));
    },

    /**
     * Sends the message to the queue that it came from, and returns its new id. It is in both until it is removed here.
     */
    async resend({ body }: DeadLetter): Promise<string> {
      const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: sourceUrl, MessageBody: body }));
      return MessageId ?? '';
    },

    remove,
  };
}

export type DeadLetters = ReturnType<typeof deadLetters>;

function readLetter(message: {
  MessageId?: string | undefined;
  Body?: string | undefined;
  ReceiptHandle?: string | undefined;
  Attributes?: Partial<Record<string, string>> | undefined;
}): DeadLetter {
  const { MessageId, Body = '', ReceiptHandle, Attributes } = message;
  if (MessageId === undefined || ReceiptHandle === undefined) throw new Error('SQS gave a message without its id');
  return {
    messageId: MessageId,
    body: Body,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    received: Number(Attributes?.ApproximateReceiveCount ?? 0),
    receipt: ReceiptHandle,
  };
}
