import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createUser } from '../lambdas/flow/create-user.ts';
import { type ReportLine, reportOf } from '../lambdas/flow/import-report.ts';
import { dynamoClient, s3Client, sqsClient } from '../lambdas/store/aws-clients.ts';
import { batchStore } from '../lambdas/store/import-batches.ts';
import { importChanges } from '../lambdas/store/import-changes.ts';
import { importFiles } from '../lambdas/store/import-files.ts';
import { userKey } from '../lambdas/store/user-item.ts';
import { eventually, testWorld, type World, type WorldHere } from './world.ts';

export type ImportWorld = ReturnType<typeof importsIn<World>>;
export type ImportWorldHere = ReturnType<typeof importsIn<WorldHere>>;

/** A laptop run of the file's own, with helpers for imports. */
export const importWorld = async () => importsIn(await testWorld());

/** Helpers for imports on a run. */
export function importsIn<W extends World>(world: W) {
  const { outputs } = world.laptop.running;
  const s3 = s3Client();
  const sqs = sqsClient();
  const db = dynamoClient();
  const stores = {
    ...world.stores,
    batches: batchStore(db, outputs.TableBatches ?? '', 15),
    files: importFiles(s3, outputs.BucketImports ?? ''),
    importChanges: importChanges(db, outputs.TableUsers ?? ''),
  };

  const report = async (batch: string): Promise<ReportLine[]> => Array.fromAsync(reportOf(batch, stores));

  const setCreatedAt = (id: string, at: string) =>
    db.send(
      new UpdateCommand({
        TableName: outputs.TableUsers,
        Key: { id: userKey(id) },
        UpdateExpression: 'SET created_at = :at',
        ExpressionAttributeValues: { ':at': at },
      }),
    );

  return {
    ...world,
    stores,
    report,

    put: (key: string, body: Uint8Array | string) =>
      s3.send(new PutObjectCommand({ Bucket: outputs.BucketImports, Key: key, Body: body })),

    /** Puts a message into the intake queue, as S3 would. */
    send: (body: object) =>
      sqs.send(new SendMessageCommand({ QueueUrl: outputs.QueueIntake, MessageBody: JSON.stringify(body) })),

    /** A user who was created a day ago. A file from before that would be for whoever had the name then. */
    async createUser(screenName: string, email?: string) {
      const made = await createUser({ screenName, name: screenName, ...(email !== undefined && { email }) }, stores);
      if (!made.ok) throw new Error(made.refusal.code);
      const createdAt = new Date(Date.now() - 86_400_000).toISOString();
      await setCreatedAt(made.value.id, createdAt);
      return { ...made.value, createdAt };
    },
    setCreatedAt,

    /** The report, once it has so many lines and none of them is queued. */
    settled: (batch: string, lines: number, maxMs = 30_000): Promise<ReportLine[]> =>
      eventually(
        () => report(batch),
        (seen) => seen.length >= lines && seen.every(({ outcome }) => outcome !== 'queued'),
        maxMs,
      ),
  };
}

/** A line of a report in short: `file user outcome reason`. */
export const said = ({ file, user, outcome, reason }: ReportLine): string =>
  [file, user, outcome, reason].filter((part) => part !== '').join(' | ');
