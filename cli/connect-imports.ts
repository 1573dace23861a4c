import { dynamoClient, s3UploadClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { deadLetters } from '../lambdas/store/dead-letters.ts';
import { importChanges } from '../lambdas/store/import-changes.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { intakeQueue } from '../lambdas/store/intake-queue.ts';
import { target as chosenTarget } from './choose-target.ts';
import { connectPhotos } from './connect-photos.ts';
import { output } from './target.ts';

export type ImportConnection = ReturnType<typeof connectImports>;

/** What the commands for imports need of the running service. */
export function connectImports() {
  const target = chosenTarget();
  const sqs = sqsClient();
  return {
    ...connectPhotos(),
    isLaptop: new URL(target.url).hostname === '127.0.0.1',
    importChanges: importChanges(dynamoClient(), output(target, 'TableUsers')),
    files: importFiles(s3UploadClient(), output(target, 'BucketImports')),
    intake: intakeQueue(sqs, output(target, 'QueueIntake')),
    bulk: intakeQueue(sqs, output(target, 'QueueBulk')),
    /** The dead-letter queues of the two queues that imports go through. */
    dead: {
      intake: deadLetters(sqs, output(target, 'QueueIntakeDead'), output(target, 'QueueIntake')),
      bulk: deadLetters(sqs, output(target, 'QueueBulkDead'), output(target, 'QueueBulk')),
    },
  };
}
