import type { Job } from './change.ts';

/** The queues that have a dead-letter queue, named like the stack's outputs, in lower case. */
export const QUEUE_NAMES = ['jobs', 'bulk', 'intake', 'sweeps', 'hooks'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** What a message in a dead-letter queue was to do. */
export type DeadLetterWork =
  | { kind: 'photo'; job: Job }
  /** Files that S3 reported. */
  | { kind: 'files'; keys: string[] }
  | { kind: 'manifest-row'; batch: string; key: string; user: string; line: number }
  /** Part of a manifest that was to be read or listed. */
  | { kind: 'manifest'; batch: string; key: string }
  | { kind: 'erase'; userId: string }
  | { kind: 'invalidate'; userId: string }
  | { kind: 'sweep' }
  /** A message to a webhook that was given up. `outcome` says how the last try ended. */
  | { kind: 'delivery'; webhookId: string; event: string; tries: number; outcome: string }
  /** An event that no webhook got. */
  | { kind: 'event'; userId: string; event: string }
  | { kind: 'webhook-run' }
  | { kind: 'unreadable' };
