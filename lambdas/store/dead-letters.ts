import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

export interface DeadLetter {
  messageId: string;
  body: string;
  /** When it was first sent, ISO 8601 UTC. SQS does not tell when it was put aside. */
  sentAt: string;
  /** By the queue's consumer, and by whoever looked since. */
  received: number;
  /** Proof of having received it, for the delete. */
  receipt: string;
}

/**
 * A message that was received is hidden for so long from everybody, or until the look is over. Short, because SQS has no way to
 * look without hiding, and a look may be cut off.
 */
const HIDDEN_SECONDS = 5;
/** So soon it is back after a look. Not at once: the emulator of a laptop run cannot write that down (fauxqs 2.4.1). */
const RELEASED_SECONDS = 1;
/** What SQS gives at once. */
const MAX_RECEIVED = 10;
const MAX_MESSAGES = 100_000;
const POLL_MS = 500;

/** One dead-letter queue, and the queue that its messages came from. */
export function deadLetters(sqs: SQSClient, deadUrl: string, sourceUrl: string) {
  const removed = new Set<string>();
  /** What looks here hide at this moment: receipts by message id. */
  const hidden = new Map<string, string>();

  const depth = async (): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: deadUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  };

  const remove = async ({ messageId, receipt }: DeadLetter): Promise<void> => {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: deadUrl, ReceiptHandle: receipt }));
    removed.add(messageId);
    hidden.delete(messageId);
  };

  /** Shows again what a look has hidden. What cannot be is visible already, or somebody else's. */
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
    /** About how many there are; a look costs the same however many. */
    depth,

    /**
     * Every message once, at most 100,000. One that somebody else looks at just now is waited for. A message is given as soon
     * as it is received, so whoever acts on it does so before it shows again; one that was removed and comes once more, since
     * its receipt was too old, is removed again.
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
              // Above 0 all servers of a queue are asked, so an empty answer means something.
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
          // What is left is ours already, or hidden by another look: that is over in a moment.
          untilMs ??= Date.now() + (HIDDEN_SECONDS + 1) * 1000;
          if ((await depth()) <= seen.size - removed.size || Date.now() > untilMs) return;
          await sleep(POLL_MS);
        }
      } finally {
        await release();
      }
    },

    /** Puts a message here that no consumer gave up, to see whether it is seen. */
    async put(body: string): Promise<void> {
      await sqs.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody: body }));
    },

    /** Puts the message into the queue that it came from; gives its new id there. It is in both until it is removed here. */
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
