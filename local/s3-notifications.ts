import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { EmulatorClients } from './emulator-clients.ts';
import type { Emulators } from './emulators.ts';
import { traceAttribute } from './message-trace.ts';
import type { CreatedObject } from './object-created-journal.ts';
import { REGION } from './resource-types.ts';
import type { Stack } from './stack.ts';

const bucketSchema = z.object({
  NotificationConfiguration: z
    .strictObject({
      QueueConfigurations: z.array(
        z.strictObject({
          Event: z.literal('s3:ObjectCreated:*', { error: 'a laptop tells of created objects only' }),
          Queue: z.string(),
          Filter: z
            .object({
              S3Key: z.object({ Rules: z.array(z.object({ Name: z.enum(['prefix', 'suffix']), Value: z.string() })) }),
            })
            .optional(),
        }),
      ),
    })
    .optional(),
});

interface Rule {
  bucket: string;
  queueUrl: string;
  prefix: string;
  suffix: string;
}

/**
 * S3's event notifications, as the template's buckets declare them; the emulator has none. Each object is told of at
 * least once, even after a crash. `stateFile` remembers for which configuration S3's test event was sent. `takeTrace`
 * gives the trace header of an object's put.
 */
export async function startNotifications(
  stack: Stack,
  emulators: Emulators,
  { s3, sqs }: Pick<EmulatorClients, 's3' | 'sqs'>,
  stateFile: string,
  takeTrace: (object: CreatedObject) => string | undefined = () => undefined,
): Promise<void> {
  const rules = rulesOf(stack);
  if (rules.length === 0) return;
  const send = (queueUrl: string, body: object, traceHeader?: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(body),
        ...(traceHeader !== undefined && { MessageAttributes: traceAttribute(traceHeader) }),
      }),
    );

  // Queues' URLs change from start to start, so a configuration is told by its buckets and filters.
  const configured = JSON.stringify(rules.map(({ bucket, prefix, suffix }) => [bucket, prefix, suffix]));
  if (!existsSync(stateFile) || readFileSync(stateFile, 'utf8') !== configured) {
    for (const { bucket, queueUrl } of rules) await send(queueUrl, testEvent(bucket));
    writeFileSync(stateFile, configured);
  }

  emulators.onCreated([...new Set(rules.map(({ bucket }) => bucket))], async (object) => {
    const traceHeader = takeTrace(object);
    const matching = rules.filter(
      ({ bucket, prefix, suffix }) =>
        bucket === object.bucket && object.key.startsWith(prefix) && object.key.endsWith(suffix),
    );
    if (matching.length === 0) return;
    try {
      const found = await s3.send(new HeadObjectCommand({ Bucket: object.bucket, Key: object.key }));
      const event = createdEvent(object, found.ContentLength ?? 0, (found.ETag ?? '').replaceAll('"', ''));
      for (const { queueUrl } of matching) await send(queueUrl, event, traceHeader);
    } catch (error) {
      // It was deleted at once. S3 would have told of it, and the reader would have found nothing.
      if (!(error instanceof NotFound)) throw error;
    }
  });
}

function rulesOf(stack: Stack): Rule[] {
  const queues = stack
    .ofType('AWS::SQS::Queue', z.object({}))
    .map(({ logicalId }) => ({ url: stack.ref(logicalId), arn: stack.attribute(logicalId, 'Arn') }));
  return stack.ofType('AWS::S3::Bucket', bucketSchema).flatMap(({ logicalId, name, properties }) =>
    (properties.NotificationConfiguration?.QueueConfigurations ?? []).map(({ Queue, Filter }) => {
      const queueUrl = queues.find(({ arn }) => arn === Queue)?.url;
      if (queueUrl === undefined) throw new Error(`${logicalId}: the template has no queue ${Queue}`);
      const part = (wanted: string) => Filter?.S3Key.Rules.find(({ Name }) => Name === wanted)?.Value ?? '';
      return { bucket: name, queueUrl, prefix: part('prefix'), suffix: part('suffix') };
    }),
  );
}

const testEvent = (bucket: string) => ({
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: new Date().toISOString(),
  Bucket: bucket,
  RequestId: 'LAPTOP0000000000',
  HostId: 'laptop',
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html, version 2.1. */
const createdEvent = ({ bucket, key, sequencer, atMs }: CreatedObject, size: number, eTag: string) => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: REGION,
      eventTime: new Date(atMs).toISOString(),
      // Copies and multipart uploads too, because the emulator does not tell them apart.
      eventName: 'ObjectCreated:Put',
      userIdentity: { principalId: 'laptop' },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': 'LAPTOP0000000000', 'x-amz-id-2': 'laptop' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'laptop',
        bucket: { name: bucket, ownerIdentity: { principalId: 'laptop' }, arn: `arn:aws:s3:::${bucket}` },
        object: { key: encodeKey(key), size, eTag, sequencer },
      },
    },
  ],
});

/** As in a form, but slashes stay. */
const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
