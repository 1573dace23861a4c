import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, QueueDoesNotExist, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { EmulatorClients } from './emulator-clients.ts';
import type { Stack } from './stack.ts';

/**
 * Creates the template's resources in the emulators. What exists already keeps its contents; a queue's attributes
 * follow the template, as in a deployment. A table's keys cannot change, as on AWS without replacement.
 */
export async function createResources(stack: Stack, clients: EmulatorClients): Promise<void> {
  await Promise.all([
    ...stack.ofType('AWS::S3::Bucket', z.object({})).map(({ name }) => createBucket(clients.s3, name)),
    ...stack
      .ofType('AWS::DynamoDB::Table', tableSchema)
      .map(({ name, properties }) => createTable(clients.dynamodb, name, properties)),
    ...stack
      .ofType('AWS::SNS::Topic', z.object({}))
      .map(({ name }) => clients.sns.send(new CreateTopicCommand({ Name: name }))),
    ...stack
      .ofType('AWS::SQS::Queue', queueSchema)
      .map(({ logicalId, name, properties }) => createQueue(clients.sqs, name, stack.ref(logicalId), properties)),
  ]);
  for (const { properties } of stack.ofType('AWS::SNS::Subscription', subscriptionSchema)) {
    await subscribe(clients.sns, properties);
  }
}

async function createBucket(s3: S3Client, name: string): Promise<void> {
  const exists = await s3.send(new HeadBucketCommand({ Bucket: name })).then(
    () => true,
    () => false,
  );
  if (!exists) await s3.send(new CreateBucketCommand({ Bucket: name }));
}

const number = z.coerce.string();
const queueSchema = z.object({
  VisibilityTimeout: number.optional(),
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  MessageRetentionPeriod: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  FifoQueue: number.optional(),
  ContentBasedDeduplication: number.optional(),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })
    .transform((policy) => JSON.stringify(policy))
    .optional(),
});

async function createQueue(
  sqs: SQSClient,
  name: string,
  url: string,
  wanted: z.output<typeof queueSchema>,
): Promise<void> {
  const attributes = Object.fromEntries(
    Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  try {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  } catch (error) {
    if (!(error instanceof QueueDoesNotExist)) throw error;
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  }
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});
const tableSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(indexSchema).optional(),
  LocalSecondaryIndexes: z.array(indexSchema).optional(),
});

async function createTable(
  dynamodb: DynamoDBClient,
  name: string,
  wanted: z.output<typeof tableSchema>,
): Promise<void> {
  const exists = await dynamodb.send(new DescribeTableCommand({ TableName: name })).then(
    () => true,
    () => false,
  );
  if (exists) return;
  try {
    await dynamodb.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...wanted }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client: dynamodb, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 10 }, { TableName: name });
}

const subscriptionSchema = z.object({
  TopicArn: z.string(),
  // Other protocols (mail, HTTPS) would leave the laptop.
  Protocol: z.literal('sqs', { error: 'only queues can subscribe to a topic on a laptop' }),
  Endpoint: z.string(),
  RawMessageDelivery: z.coerce.string().optional(),
  FilterPolicy: z.record(z.string(), z.unknown()).optional(),
});

async function subscribe(sns: SNSClient, wanted: z.output<typeof subscriptionSchema>): Promise<void> {
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: wanted.TopicArn }));
  if (Subscriptions?.some(({ Endpoint }) => Endpoint === wanted.Endpoint)) return;
  await sns.send(
    new SubscribeCommand({
      TopicArn: wanted.TopicArn,
      Protocol: wanted.Protocol,
      Endpoint: wanted.Endpoint,
      Attributes: {
        ...(wanted.RawMessageDelivery && { RawMessageDelivery: wanted.RawMessageDelivery }),
        ...(wanted.FilterPolicy && { FilterPolicy: JSON.stringify(wanted.FilterPolicy) }),
      },
    }),
  );
}
