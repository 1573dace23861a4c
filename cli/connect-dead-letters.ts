import { QUEUE_NAMES, type QueueName } from '../lambdas/core/dead-letter-work.ts';
import type { DeadLetterStores } from '../lambdas/flow/inspect-dead-letter.ts';
import { dynamoClient, s3Client, snsClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { type DeadLetters, deadLetters } from '../lambdas/store/dead-letters.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { rawStore } from '../lambdas/store/raw-files.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import { webhookStore } from '../lambdas/store/webhooks.ts';
import { target as chosenTarget } from './choose-target.ts';
import { hasWebhooks } from './connect-webhooks.ts';
import { output } from './target.ts';

export interface DeadLetterConnection extends DeadLetterStores {
  /** The chosen queue, or all. */
  queues: [name: QueueName, letters: DeadLetters][];
}

/** What the commands of dead letters need of the running service. */
export function connectDeadLetters(only?: QueueName): DeadLetterConnection {
  const target = chosenTarget();
  const db = dynamoClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  const outputOf = (queue: QueueName) => `Queue${queue.charAt(0).toUpperCase()}${queue.slice(1)}`;
  return {
    users: userStore(db, output(target, 'TableUsers')),
    uploads: uploadStore(db, output(target, 'TableUploads')),
    batches: batchStore(db, output(target, 'TableBatches'), Number(output(target, 'RetentionDays'))),
    events: photoEvents(snsClient(), output(target, 'TopicPhotoEvents')),
    raw: rawStore(s3, output(target, 'BucketRaw')),
    files: importFiles(s3, output(target, 'BucketImports')),
    webhooks: hasWebhooks(target) ? webhookStore(db, output(target, 'TableWebhooks')) : undefined,
    queues: QUEUE_NAMES.filter((queue) => queue === (only ?? queue) && (queue !== 'hooks' || hasWebhooks(target))).map(
      (queue) => [queue, deadLetters(sqs, output(target, `${outputOf(queue)}Dead`), output(target, outputOf(queue)))],
    ),
  };
}
