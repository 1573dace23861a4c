import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { reportOf } from '../../lambdas/flow/import-report.ts';
import { dynamoClient, s3Client, snsClient, sqsClient } from '../../lambdas/store/aws-clients.ts';
import { batchStore } from '../../lambdas/store/import-batches.ts';
import { importChanges } from '../../lambdas/store/import-changes.ts';
import { importFiles } from '../../lambdas/store/import-files.ts';
import { intakeQueue } from '../../lambdas/store/intake-queue.ts';
import { teamStore } from '../../lambdas/store/teams.ts';
import { uploadStore } from '../../lambdas/store/uploads.ts';
import { userStore } from '../../lambdas/store/users.ts';
import { readAssembly } from '../../local/assembly.ts';
import { startEmulators } from '../../local/emulators.ts';
import { functionSpecs } from '../../local/function-spec.ts';
import { createResources } from '../../local/resources.ts';
import { startNotifications } from '../../local/s3-notifications.ts';
import { openStack } from '../../local/stack.ts';
import { sharedAssembly } from '../laptop.ts';

type MessageKind = 's3' | 'row' | 'part' | 'listing';

const kindOf = (body: string): MessageKind =>
  (/"kind":"manifest-(row|part|listing)"/.exec(body)?.[1] as MessageKind | undefined) ?? 's3';

export type ImportEntry = Awaited<ReturnType<typeof importEntry>>;

/**
 * The import function's entry in this process, on the emulators with all that the template declares. It is quicker than
 * a whole laptop run, and the test decides when each message is delivered.
 */
export async function importEntry() {
  const dataDir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'headshot-entry-'));
  const emulators = await startEmulators(dataDir);
  const assembly = readAssembly((await sharedAssembly()) ?? '');
  const { aws, dynamodb } = emulators;
  const endpoints = { s3: aws, sqs: aws, sns: aws, dynamodb, secretsmanager: '', cloudfront: '' };
  const stack = openStack(assembly.template, assembly.stackName, endpoints, () => '{}');
  const spec = functionSpecs(stack, assembly, endpoints).find(({ logicalId }) => /import/i.test(logicalId));
  if (spec === undefined) throw new Error('the template has no import function');
  const silent = { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' };
  Object.assign(process.env, spec.env, silent);
  const s3 = s3Client();
  const sqs = sqsClient();
  const db = dynamoClient();
  await createResources(stack, { s3, sqs, sns: snsClient(), dynamodb: db });
  const outputs = stack.outputs();
  await startNotifications(stack, emulators, { s3, sqs }, join(dataDir, 'notifications.json'));
  const { handler } = await import('../../lambdas/on-import.ts');
  const stores = {
    users: userStore(db, outputs.TableUsers ?? ''),
    turns: importChanges(db, outputs.TableUsers ?? ''),
    teams: teamStore(db, outputs.TableTeams ?? ''),
    uploads: uploadStore(db, outputs.TableUploads ?? ''),
    batches: batchStore(db, outputs.TableBatches ?? '', 15),
    files: importFiles(s3, outputs.BucketImports ?? ''),
  };

  const invoke = (messageId: string, body: string): Promise<SQSBatchResponse> => {
    const event = { Records: [{ messageId, body, eventSource: 'aws:sqs' }] } as unknown as SQSEvent;
    return handler(event, { functionName: 'on-import', awsRequestId: messageId } as Context);
  };

  const entry = {
    stores,
    db,
    batchesTable: outputs.TableBatches ?? '',
    /** A queue that nothing receives from. */
    idleQueue: intakeQueue(sqs, outputs.QueueSweeps ?? ''),
    put: (key: string, body: Uint8Array | string) =>
      s3.send(new PutObjectCommand({ Bucket: outputs.BucketImports, Key: key, Body: body })),

    /**
     * Delivers what the intake queue holds, and what the function sends itself, until there were so many messages of
     * each kind. Messages of `leftOut` are received and not delivered.
     * @throws when one fails: it would be tried again, and in the end be a dead letter
     */
    async deliver(until: Partial<Record<MessageKind, number>>, leftOut: MessageKind[] = []): Promise<string[]> {
      const counts: Record<MessageKind, number> = { s3: 0, row: 0, part: 0, listing: 0 };
      const skipped: string[] = [];
      const QueueUrl = outputs.QueueIntake;
      const isDone = () => Object.entries(until).every(([kind, count]) => counts[kind as MessageKind] >= count);
      while (!isDone()) {
        const wanted = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 };
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(wanted));
        if (Messages.length === 0) throw new Error(`nothing comes any more after ${JSON.stringify(counts)}`);
        for (const { MessageId = '', Body = '', ReceiptHandle } of Messages) {
          const kind = kindOf(Body);
          if (leftOut.includes(kind)) skipped.push(Body);
          else {
            const { batchItemFailures } = await invoke(MessageId, Body);
            if (batchItemFailures.length > 0) throw new Error(`a message failed: ${Body.slice(0, 500)}`);
          }
          counts[kind]++;
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
      return skipped;
    },

    report: (batch: string) => Array.fromAsync(reportOf(batch, stores)),
    async end() {
      await emulators.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  // S3 sends its test event once.
  await entry.deliver({ s3: 1 });
  return entry;
}
