import { dynamoClient, s3Client, snsClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { credentialStore } from '../lambdas/store/credentials.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { rawStore } from '../lambdas/store/raw-files.ts';
import { sweepQueue, visibilitySeconds } from '../lambdas/store/sweep-queue.ts';
import { ticketStore } from '../lambdas/store/tickets.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import { target as chosenTarget } from './choose-target.ts';
import { output } from './target.ts';

/** What the commands that remove things need of the running service. */
export function connectErase() {
  const target = chosenTarget();
  const db = dynamoClient();
  const s3 = s3Client();
  const sqs = sqsClient();
  return {
    users: userStore(db, output(target, 'TableUsers')),
    credentials: credentialStore(db, output(target, 'TableCredentials')),
    uploads: uploadStore(db, output(target, 'TableUploads')),
    tickets: ticketStore(db, output(target, 'TableUploads')),
    batches: batchStore(db, output(target, 'TableBatches'), Number(output(target, 'RetentionDays'))),
    raw: rawStore(s3, output(target, 'BucketRaw')),
    photos: photoStore(s3, output(target, 'BucketPhotos')),
    files: importFiles(s3, output(target, 'BucketImports')),
    events: photoEvents(snsClient(), output(target, 'TopicPhotoEvents')),
    sweeps: sweepQueue(sqs, output(target, 'QueueSweeps')),
    /** How long work that is under way may take, seconds. */
    waitSeconds: () => visibilitySeconds(sqs, output(target, 'QueueJobs')),
  };
}

export type EraseConnection = ReturnType<typeof connectErase>;
