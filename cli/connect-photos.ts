import { dynamoClient, s3Client, snsClient } from '../lambdas/store/aws-clients.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { rawStore } from '../lambdas/store/raw-files.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import { target as chosenTarget } from './choose-target.ts';
import { output } from './target.ts';

/**
 * What the commands that change, import, erase or repair photos have in common: where photos and their raw files are.
 */
export function connectPhotos() {
  const target = chosenTarget();
  const db = dynamoClient();
  const s3 = s3Client();
  return {
    users: userStore(db, output(target, 'TableUsers')),
    uploads: uploadStore(db, output(target, 'TableUploads')),
    batches: batchStore(db, output(target, 'TableBatches'), Number(output(target, 'RetentionDays'))),
    raw: rawStore(s3, output(target, 'BucketRaw')),
    photos: photoStore(s3, output(target, 'BucketPhotos')),
    files: importFiles(s3, output(target, 'BucketImports')),
    events: photoEvents(snsClient(), output(target, 'TopicPhotoEvents')),
  };
}
