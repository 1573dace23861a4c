import { QUEUE_NAMES, type QueueName } from '../lambdas/core/dead-letter-work.ts';
import type { DeadLetterStores } from '../lambdas/flow/inspect-dead-letter.ts';
import { dynamoClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { type DeadLetters, deadLetters } from '../lambdas/store/dead-letters.ts';
import { webhookStore } from '../lambdas/store/webhooks.ts';
import { target as chosenTarget } from './choose-target.ts';
import { connectPhotos } from './connect-photos.ts';
import { hasWebhooks } from './connect-webhooks.ts';
import { output } from './target.ts';

export interface DeadLetterConnection extends DeadLetterStores {
  /** The chosen queue, or all. */
  queues: [name: QueueName, letters: DeadLetters][];
}

/** What the commands for dead letters need of the running service. */
export function connectDeadLetters(only?: QueueName): DeadLetterConnection {
  const target = chosenTarget();
  const sqs = sqsClient();
  const outputOf = (queue: QueueName) => `Queue${queue.charAt(0).toUpperCase()}${queue.slice(1)}`;
  return {
    ...connectPhotos(),
    webhooks: hasWebhooks(target) ? webhookStore(dynamoClient(), output(target, 'TableWebhooks')) : undefined,
    queues: QUEUE_NAMES.filter((queue) => queue === (only ?? queue) && (queue !== 'hooks' || hasWebhooks(target))).map(
      (queue) => [queue, deadLetters(sqs, output(target, `${outputOf(queue)}Dead`), output(target, outputOf(queue)))],
    ),
  };
}
