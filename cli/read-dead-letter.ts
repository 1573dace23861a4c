import type { DeadLetterWork, QueueName } from '../lambdas/core/dead-letter-work.ts';
import { readS3Event } from '../lambdas/edge/imports/s3-event.ts';
import { readHookMessage } from '../lambdas/store/hook-messages.ts';
import { readIntakeMessage } from '../lambdas/store/intake-queue.ts';
import { readJob } from '../lambdas/store/job-queue.ts';
import { readSweepMessage } from '../lambdas/store/sweep-queue.ts';

/** What a dead letter asked for, read as its queue's consumer reads it. */
export function readDeadLetterWork(queue: QueueName, body: string): DeadLetterWork {
  try {
    return READ[queue](body);
  } catch {
    // The consumer threw here too: that is why it is a dead letter.
    return { kind: 'unreadable' };
  }
}

const readPhoto = (body: string): DeadLetterWork => ({ kind: 'photo', job: readJob(body) });

const READ: Record<QueueName, (body: string) => DeadLetterWork> = {
  jobs: readPhoto,
  bulk: readPhoto,
  intake(body) {
    const message: unknown = JSON.parse(body);
    const created = readS3Event(message);
    if (created !== undefined) return { kind: 'files', keys: created.map(({ key }) => key) };
    const { kind, batch, key, ...own } = readIntakeMessage(message);
    return kind === 'manifest-row' && 'user' in own
      ? { kind, batch, key, user: own.user, line: own.line }
      : { kind: 'manifest', batch, key };
  },
  hooks(body) {
    const message = readHookMessage(body);
    switch (message.kind) {
      case 'delivery': {
        const { webhookId, type, tries } = message.delivery;
        return { kind: 'delivery', webhookId, event: type, tries, outcome: message.outcome };
      }
      case 'event':
        return { kind: 'event', userId: message.event.userId, event: message.event.type };
      default:
        return { kind: 'webhook-run' };
    }
  },
  sweeps(body) {
    const message = readSweepMessage(body);
    return message.kind === 'sweep' ? { kind: 'sweep' } : { kind: message.kind, userId: message.userId };
  },
};
