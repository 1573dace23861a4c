import type { DeadQueue, DeadWork } from '../lambdas/core/dead-work.ts';
import { readS3Event } from '../lambdas/edge/imports/s3-event.ts';
import { readIntakeMessage } from '../lambdas/store/intake.ts';
import { readJob } from '../lambdas/store/jobs.ts';
import { readSweepMessage } from '../lambdas/store/sweeps.ts';

/** What a dead message asked for, read as its queue's consumer reads it. */
export function readDead(queue: DeadQueue, body: string): DeadWork {
  try {
    return READ[queue](body);
  } catch {
    // The consumer threw here too: that is why it is dead.
    return { kind: 'unreadable' };
  }
}

const readPhoto = (body: string): DeadWork => ({ kind: 'photo', job: readJob(body) });

const READ: Record<DeadQueue, (body: string) => DeadWork> = {
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
  sweeps(body) {
    const message = readSweepMessage(body);
    return message.kind === 'sweep' ? { kind: 'sweep' } : { kind: message.kind, userId: message.userId };
  },
};
