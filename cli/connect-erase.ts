import { dynamoClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { credentialStore } from '../lambdas/store/credentials.ts';
import { sweepQueue, visibilitySeconds } from '../lambdas/store/sweep-queue.ts';
import { ticketStore } from '../lambdas/store/tickets.ts';
import { target as chosenTarget } from './choose-target.ts';
import { connectPhotos } from './connect-photos.ts';
import { output } from './target.ts';

/** What the commands that remove things need of the running service. */
export function connectErase() {
  const target = chosenTarget();
  const sqs = sqsClient();
  return {
    ...connectPhotos(),
    credentials: credentialStore(dynamoClient(), output(target, 'TableCredentials')),
    tickets: ticketStore(dynamoClient(), output(target, 'TableUploads')),
    sweeps: sweepQueue(sqs, output(target, 'QueueSweeps')),
    /** How long work under way may take, in seconds. */
    waitSeconds: () => visibilitySeconds(sqs, output(target, 'QueueJobs')),
  };
}

export type EraseConnection = ReturnType<typeof connectErase>;
