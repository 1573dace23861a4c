import type { WireCall } from './wire-call.ts';

/**
 * What SQS may do to a message, and its emulator never does.
 *
 * `visibility-passes`: the message is visible again while its receiver is still at work.
 * `twice`: an answer also holds a message that was given out before, even one that was deleted.
 * `late`: messages are taken out of the answer, and come with a later one.
 * `reversed`: the last comes first.
 */
export type QueueFault = { kind: 'visibility-passes' | 'twice' | 'late' | 'reversed' };

const KINDS: readonly string[] = ['visibility-passes', 'twice', 'late', 'reversed'] satisfies QueueFault['kind'][];

export const isQueueFault = (fault: { kind: string }): fault is QueueFault => KINDS.includes(fault.kind);

interface Message {
  MessageId: string;
}

/** Changes the requests and answers of ReceiveMessage. Remembers what each queue has given out, the latest last. */
export function queueFaults() {
  const given = new Map<string, Message[]>();
  const late = new Map<string, Message[]>();

  return {
    request({ operation, body }: WireCall, fault?: QueueFault): Buffer {
      if (operation !== 'ReceiveMessage' || fault?.kind !== 'visibility-passes') return body;
      return Buffer.from(JSON.stringify({ ...JSON.parse(body.toString('utf8')), VisibilityTimeout: 0 }));
    },

    answer({ operation, resource }: WireCall, body: Buffer, fault?: QueueFault): Buffer {
      if (operation !== 'ReceiveMessage') return body;
      const answer: { Messages?: Message[] } = JSON.parse(body.toString('utf8'));
      let messages = answer.Messages ?? [];
      const before = given.get(resource) ?? [];
      given.set(resource, [...before, ...messages]);
      const delayed = late.get(resource) ?? [];
      if (fault?.kind === 'late') {
        late.set(resource, [...delayed, ...messages]);
        messages = [];
      } else {
        late.delete(resource);
        messages = [...messages, ...delayed];
      }
      if (fault?.kind === 'twice') messages = [...messages, ...before.slice(0, 1)];
      if (fault?.kind === 'reversed') messages = messages.toReversed();
      return Buffer.from(JSON.stringify({ ...answer, Messages: messages }));
    },

    /** Forgets what was given out and what is late. */
    clear(): void {
      given.clear();
      late.clear();
    },
  };
}

export type QueueFaults = ReturnType<typeof queueFaults>;
