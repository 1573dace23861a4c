import { dynamoClient, s3Client, s3UploadClient, snsClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { deadLetters } from '../lambdas/store/dead-letters.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importChanges } from '../lambdas/store/import-changes.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { intakeQueue } from '../lambdas/store/intake-queue.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import { target as chosenTarget } from './choose-target.ts';
import { output } from './target.ts';

export type ImportConnection = ReturnType<typeof connectImports>;

/** What the commands of imports need of the running service. */
export function connectImports() {
  const target = chosenTarget();
  const db = dynamoClient();
  const sqs = sqsClient();
  return {
    isLaptop: new URL(target.url).hostname === '127.0.0.1',
    users: userStore(db, output(target, 'TableUsers')),
    importChanges: importChanges(db, output(target, 'TableUsers')),
    uploads: uploadStore(db, output(target, 'TableUploads')),
    batches: batchStore(db, output(target, 'TableBatches'), Number(output(target, 'RetentionDays'))),
    files: importFiles(s3UploadClient(), output(target, 'BucketImports')),
    intake: intakeQueue(sqs, output(target, 'QueueIntake')),
    bulk: intakeQueue(sqs, output(target, 'QueueBulk')),
    photos: photoStore(s3Client(), output(target, 'BucketPhotos')),
    /** Where what failed at every try lies, of the two queues that imports go through. */
    dead: {
      intake: deadLetters(sqs, output(target, 'QueueIntakeDead'), output(target, 'QueueIntake')),
      bulk: deadLetters(sqs, output(target, 'QueueBulkDead'), output(target, 'QueueBulk')),
    },
    events: photoEvents(snsClient(), output(target, 'TopicPhotoEvents')),
  };
}
