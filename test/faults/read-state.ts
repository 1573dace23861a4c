import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Onlooker } from './fault-world.ts';

/** What buckets and queues hold, read past all faults. */

export async function keysUnder({ clients, outputs }: Onlooker, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents } of paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: outputs[bucket], Prefix: prefix },
  )) {
    keys.push(...(Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  return keys.sort();
}

/** CloudWatch's ApproximateNumberOfMessagesVisible, plus the messages in flight. */
export async function depthOf(
  { clients, outputs }: Onlooker,
  queue: string,
): Promise<{ visible: number; all: number }> {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: outputs[queue],
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  const visible = Number(Attributes.ApproximateNumberOfMessages);
  return { visible, all: visible + Number(Attributes.ApproximateNumberOfMessagesNotVisible) };
}

/** Takes every message out of a queue, and returns their bodies. */
export async function empty({ clients, outputs }: Onlooker, queue: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: outputs[queue], MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl: outputs[queue], ReceiptHandle }));
    }
  }
}
