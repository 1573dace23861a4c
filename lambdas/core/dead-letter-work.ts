import type { Job } from './change.ts';

/** A queue that has a dead-letter queue, by the names of the stack's outputs, in small letters. */
export const QUEUE_NAMES = ['jobs', 'bulk', 'intake', 'sweeps', 'hooks'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** What the message of a dead-letter queue asked for. */
export type DeadLetterWork =
  | { kind: 'photo'; job: Job }
  /** What S3 told of new files. */
  | { kind: 'files'; keys: string[] }
  | { kind: 'manifest-row'; batch: string; key: string; user: string; line: number }
  /** Part of a manifest, to be read or listed. */
  | { kind: 'manifest'; batch: string; key: string }
  | { kind: 'erase'; userId: string }
  | { kind: 'invalidate'; userId: string }
  | { kind: 'sweep' }
  /** A message that was given up; `outcome` says how its last try ended. */
  | { kind: 'delivery'; webhookId: string; event: string; tries: number; outcome: string }
  /** An event that nobody was told of. */
  | { kind: 'event'; userId: string; event: string }
  | { kind: 'webhook-run' }
  | { kind: 'unreadable' };
