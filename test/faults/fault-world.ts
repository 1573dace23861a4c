import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { credentialStore } from '../../lambdas/store/credentials.ts';
import { batchStore } from '../../lambdas/store/import-batches.ts';
import { importChanges } from '../../lambdas/store/import-changes.ts';
import { importFiles } from '../../lambdas/store/import-files.ts';
import { jobQueue } from '../../lambdas/store/job-queue.ts';
import { photoEvents } from '../../lambdas/store/photo-events.ts';
import { photoStore } from '../../lambdas/store/photos.ts';
import { rawStore } from '../../lambdas/store/raw-files.ts';
import { expiringTable } from '../../lambdas/store/scan-page.ts';
import { sweepQueue } from '../../lambdas/store/sweep-queue.ts';
import { teamStore } from '../../lambdas/store/teams.ts';
import { ticketStore } from '../../lambdas/store/tickets.ts';
import { uploadStore } from '../../lambdas/store/uploads.ts';
import { userStore } from '../../lambdas/store/users.ts';
import { readAssembly } from '../../local/assembly.ts';
import { startEmulators } from '../../local/emulators.ts';
import { createResources } from '../../local/resources.ts';
import { startNotifications } from '../../local/s3-notifications.ts';
import { openStack } from '../../local/stack.ts';
import { type FaultClients, faultClients } from './fault-clients.ts';
import { type FaultKind, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { queueFaults } from './queue-faults.ts';
import type { Service, WireCall } from './wire-call.ts';

/** In days; the stack's default. */
export const RETENTION_DAYS = 15;

/** Looks at the services and meets no faults. */
export interface Onlooker {
  clients: FaultClients;
  stores: ReturnType<typeof storesOf>;
  outputs: Record<string, string>;
}

/** One process of the service: its own clients behind its own fault proxy. */
export interface Actor extends Onlooker {
  name: string;
  proxy: FaultProxy;
}

interface Observers {
  /** Called for each call that had its effect, before its answer is sent. */
  onEffect: (actor: string, call: WireCall) => Promise<void>;
  onFault: (kind: FaultKind) => void;
}

export type FaultWorld = Awaited<ReturnType<typeof faultWorld>>;

/**
 * The emulators with all that the template declares. Nothing runs by itself: the history says what is delivered when.
 * Two actors meet faults; `outside` looks on and meets none.
 * @param assemblyDir a cloud assembly of the project
 */
export async function faultWorld(assemblyDir: string, { onEffect, onFault }: Observers) {
  // In memory where that is possible: whether the emulators' data survives is not the question here.
  const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'headshot-chaos-'));
  const emulators = await startEmulators(dataDir);
  const { template, stackName } = readAssembly(assemblyDir);
  const { aws, dynamodb } = emulators;
  const at: Record<Service, string> = { s3: aws, sqs: aws, sns: aws, dynamodb };
  const stackAt = (endpoints: Record<Service, string>) =>
    // No function runs here, so no secret is read.
    openStack(template, stackName, { ...endpoints, secretsmanager: '', cloudfront: '' }, () => '{}');
  const queues = queueFaults();
  const inTurn = turns();

  const actor = async (name: string): Promise<Actor> => {
    const proxy = await startFaultProxy(at, { queues, onFault, inTurn, onEffect: (call) => onEffect(name, call) });
    const { url } = proxy;
    const behind = { s3: url, sqs: url, sns: url, dynamodb: url };
    const clients = await faultClients(behind);
    const outputs = stackAt(behind).outputs();
    return { name, proxy, clients, stores: storesOf(clients, outputs), outputs };
  };

  const clients = await faultClients(at);
  const stack = stackAt(at);
  await createResources(stack, clients);
  const outputs = stack.outputs();
  await startNotifications(stack, emulators, clients, join(dataDir, 'notifications.json'));
  for (const QueueUrl of ['QueueJobs', 'QueueBulk', 'QueueIntake', 'QueueSweeps'].map((name) => outputs[name])) {
    // A message that is not deleted comes again at once, after those that wait. Nobody waits for a minute here.
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '0' } }));
  }
  const actors = [await actor('first'), await actor('second')] as const;

  return {
    template,
    outside: { clients, stores: storesOf(clients, outputs), outputs } satisfies Onlooker,
    actors,
    /** Forgets what queues have given out: messages that come twice or late belong to one history. */
    clearQueueFaults: () => queues.clear(),
    async end() {
      for (const { proxy } of [...actors]) await proxy.close();
      await emulators.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Lets one in after the other. */
function turns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

function storesOf({ s3, dynamodb, sqs, sns }: FaultClients, outputs: Record<string, string>) {
  const named = (output: string): string => {
    const value = outputs[output];
    if (value === undefined) throw new Error(`the stack has no output ${output}`);
    return value;
  };
  return {
    users: userStore(dynamodb, named('TableUsers')),
    importChanges: importChanges(dynamodb, named('TableUsers')),
    teams: teamStore(dynamodb, named('TableTeams')),
    credentials: credentialStore(dynamodb, named('TableCredentials')),
    uploads: uploadStore(dynamodb, named('TableUploads')),
    tickets: ticketStore(dynamodb, named('TableUploads')),
    batches: batchStore(dynamodb, named('TableBatches'), RETENTION_DAYS),
    raw: rawStore(s3, named('BucketRaw')),
    photos: photoStore(s3, named('BucketPhotos')),
    files: importFiles(s3, named('BucketImports')),
    jobs: jobQueue(sqs, named('QueueJobs')),
    bulk: jobQueue(sqs, named('QueueBulk')),
    expiring: {
      batches: expiringTable(dynamodb, named('TableBatches'), ['batch', 'file']),
      limits: expiringTable(dynamodb, named('TableLimits'), ['id']),
    },
    sweeps: sweepQueue(sqs, named('QueueSweeps')),
    events: photoEvents(sns, named('TopicPhotoEvents')),
  };
}
