import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Job } from '../lambdas/core/change.ts';
import { DEFAULT_SERVICE_LIMITS } from '../lambdas/core/service-limits.ts';
import { UPLOAD_POLICIES } from '../lambdas/core/upload-policy.ts';
import { importPhoto } from '../lambdas/flow/import-photo.ts';
import { processJob } from '../lambdas/flow/process-job.ts';
import { inspect } from '../lambdas/image/inspect.ts';
import { render } from '../lambdas/image/render.ts';
import { dynamoClient, s3Client, snsClient, sqsClient } from '../lambdas/store/aws-clients.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importChanges } from '../lambdas/store/import-changes.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { jobQueue } from '../lambdas/store/job-queue.ts';
import { photoEvents } from '../lambdas/store/photo-events.ts';
import { photoStore } from '../lambdas/store/photos.ts';
import { rawStore } from '../lambdas/store/raw-files.ts';
import { uploadStore } from '../lambdas/store/uploads.ts';
import { userStore } from '../lambdas/store/users.ts';
import type { ImportWorld } from '../test/import-world.ts';

const TERMS = { policy: UPLOAD_POLICIES.import, retentionDays: 15 };
const TURNS = 60;
/** The first ones load code and open connections. */
const WARM_UP = 20;

/** What one imported photo takes, each part alone and one after another: means in milliseconds. */
interface ImportParts {
  decodeMs: number;
  renderMs: number;
  storeMs: number;
  storeCalls: number;
  queueMs: number;
}

export async function importParts(world: ImportWorld, files: Buffer[]): Promise<ImportParts> {
  const file = (round: number) => files[round % files.length] ?? Buffer.alloc(0);
  const decodeMs = await mean(async (round) => void (await inspect(file(round), UPLOAD_POLICIES.import)));
  const renderMs = await mean(
    async (round) => void (await render(file(round), { policy: UPLOAD_POLICIES.import, letterboxColour: '#000000' })),
  );
  const { storeMs, storeCalls } = await stores(world, file);
  return { decodeMs, renderMs, storeMs, storeCalls, queueMs: await queues(world) };
}

/** Imports and publishes photos in this process, and adds up the time of every AWS call. */
async function stores(world: ImportWorld, file: (round: number) => Buffer) {
  const { outputs } = world.laptop.running;
  const out = (name: string) => outputs[name] ?? '';
  let spentMs = 0;
  let calls = 0;
  const timed = <C extends { middlewareStack: { add: (middleware: never, options: object) => void } }>(
    client: C,
  ): C => {
    const middleware =
      (next: (args: unknown) => Promise<unknown>) =>
      async (args: unknown): Promise<unknown> => {
        const startMs = performance.now();
        try {
          return await next(args);
        } finally {
          spentMs += performance.now() - startMs;
          calls++;
        }
      };
    client.middlewareStack.add(middleware as never, { step: 'initialize' });
    return client;
  };
  const [db, s3] = [timed(dynamoClient()), timed(s3Client())];
  const jobs: Job[] = [];
  const timedStores = {
    files: importFiles(s3, out('BucketImports')),
    raw: rawStore(s3, out('BucketRaw')),
    photos: photoStore(s3, out('BucketPhotos')),
    users: userStore(db, out('TableUsers')),
    importChanges: importChanges(db, out('TableUsers')),
    uploads: uploadStore(db, out('TableUploads')),
    batches: batchStore(db, out('TableBatches'), 15),
    jobs: { ...jobQueue(sqsClient(), ''), send: async (job: Job) => void jobs.push(job) },
    events: photoEvents(timed(snsClient()), out('TopicPhotoEvents')),
  };
  // Not under `imports/`, so that the service does not take them in as well.
  for (let round = 0; round < WARM_UP + TURNS; round++) {
    if (round === WARM_UP) [spentMs, calls] = [0, 0];
    const user = await world.createUser(`part_${round}`);
    const key = `parts/${user.screenName}.jpg`;
    await world.put(key, file(round));
    await importPhoto({ batch: 'parts', key, user: user.screenName, sequencer: '01' }, TERMS, timedStores);
    for (const job of jobs.splice(0))
      await processJob(job, { letterboxColour: '#000000', serviceLimits: DEFAULT_SERVICE_LIMITS }, timedStores);
  }
  return { storeMs: spentMs / TURNS, storeCalls: Math.round(calls / TURNS) };
}

/** What S3 and Lambda do on AWS: a message for the file and one for the job, each sent, received and deleted. */
async function queues(world: ImportWorld): Promise<number> {
  const QueueUrl = world.laptop.running.outputs.QueueIntakeDead;
  const sqs = sqsClient();
  const one = async (): Promise<void> => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(900) }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }));
  };
  await world.put('parts/head', 'x');
  const queueMs = await mean(one);
  const headMs = await mean(async () => void (await world.stores.files.head('parts/head')));
  return 2 * queueMs + headMs;
}

async function mean(work: (round: number) => Promise<void>): Promise<number> {
  for (let round = 0; round < WARM_UP; round++) await work(round);
  const startMs = performance.now();
  for (let round = 0; round < TURNS; round++) await work(round);
  return (performance.now() - startMs) / TURNS;
}
