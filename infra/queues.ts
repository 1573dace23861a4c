import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Entry } from '../lambdas/env.ts';
import { FUNCTIONS } from './lambda-function.ts';
import { DEAD_LETTER_RETENTION_DAYS, JOB_RETENTION_DAYS } from './retention.ts';

/**
 * Receives before a message becomes a dead letter. Lambda's guide asks for at least five ("Creating and configuring an
 * Amazon SQS event source mapping"): a function that stays throttled for the visibility timeout uses one up without a
 * try.
 */
const MAX_RECEIVE_COUNT = 6;

/** A queue's dead-letter queue has its name and `Dead`. */
type QueueName = 'jobs' | 'bulk' | 'intake' | 'sweeps';
type Queues = Record<QueueName | `${QueueName}Dead`, Queue>;
/** With those of webhooks, if there are any. */
export type AllQueues = Queues & { hooks?: Queue; hooksDead?: Queue };

/** Jobs of people who wait; jobs of imports (the same work, fewer at a time); S3's events; and what must be removed. */
export function queues(scope: Construct): Queues {
  const jobs = queueWithDead(scope, 'Jobs', 'job');
  const bulk = queueWithDead(scope, 'Bulk', 'job');
  const intake = queueWithDead(scope, 'Intake', 'import');
  const sweeps = queueWithDead(scope, 'Sweeps', 'sweep');
  return {
    jobs: jobs.queue,
    jobsDead: jobs.dead,
    bulk: bulk.queue,
    bulkDead: bulk.dead,
    intake: intake.queue,
    intakeDead: intake.dead,
    sweeps: sweeps.queue,
    sweepsDead: sweeps.dead,
  };
}

export function queueWithDead(scope: Construct, id: string, consumer: Entry): { queue: Queue; dead: Queue } {
  const dead = new Queue(scope, `${id}Dead`, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
  });
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(JOB_RETENTION_DAYS),
    // Lambda's advice: six times the consumer's timeout. Otherwise a slow try is delivered a second time.
    visibilityTimeout: Duration.seconds(6 * FUNCTIONS[consumer].timeoutSeconds),
    deadLetterQueue: { queue: dead, maxReceiveCount: MAX_RECEIVE_COUNT },
  });
  return { queue, dead };
}
