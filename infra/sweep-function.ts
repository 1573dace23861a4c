import { Duration } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { RAW_PREFIX } from '../lambdas/core/object-keys.ts';
import { accountPlaces } from './account-places.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { addSqsEventSource, allow, lambdaFunction } from './lambda-function.ts';
import type { Tables } from './tables.ts';

interface OnSweepProps {
  code: string;
  settings: DeploySettings;
  raw: Bucket;
  photos: Bucket;
  imports: Bucket;
  tables: Tables;
  topic: Topic;
  jobs: Queue;
  sweeps: Queue;
  distribution: Distribution;
}

/** Removes erased users at once, and every day, in one part, what nothing names any more. No API leads to it. */
export function onSweep(scope: Construct, props: OnSweepProps): Lambda {
  const { users, credentials, uploads, batches, limits } = props.tables;
  const sweep = lambdaFunction(scope, 'sweep', {
    code: props.code,
    settings: props.settings,
    mayCallItself: true,
    layers: [],
    environment: {
      rawBucket: props.raw.bucketName,
      photosBucket: props.photos.bucketName,
      importsBucket: props.imports.bucketName,
      usersTable: users.tableName,
      credentialsTable: credentials.tableName,
      uploadsTable: uploads.tableName,
      batchesTable: batches.tableName,
      limitsTable: limits.tableName,
      jobsQueueUrl: props.jobs.queueUrl,
      sweepsQueueUrl: props.sweeps.queueUrl,
      photoEventsTopicArn: props.topic.topicArn,
      distributionId: props.distribution.distributionId,
      retentionDays: String(props.settings.retentionDays),
      avatars: String(props.settings.avatars),
    },
    permissions: [
      allow(props.photos.bucketArn, 's3:ListBucket'),
      allow(props.photos.arnForObjects('*'), 's3:DeleteObject'),
      allow(props.raw.bucketArn, 's3:ListBucket'),
      allow(props.raw.arnForObjects(`${RAW_PREFIX}*`), 's3:DeleteObject'),
      allow(props.imports.bucketArn, 's3:ListBucket'),
      allow(props.imports.arnForObjects('imports/*'), 's3:DeleteObject'),
      allow(props.imports.arnForObjects('manifests/*'), 's3:DeleteObject'),
      allow(props.imports.arnForObjects('direct/*'), 's3:DeleteObject'),
      allow(
        users.tableArn,
        'dynamodb:Scan',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ),
      allow(credentials.tableArn, 'dynamodb:Scan', 'dynamodb:DeleteItem'),
      allow(uploads.tableArn, 'dynamodb:Scan', 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem'),
      allow(batches.tableArn, 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:DeleteItem'),
      allow(limits.tableArn, 'dynamodb:Scan', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem'),
      allow(props.distribution.distributionArn, 'cloudfront:CreateInvalidation'),
      // To know how long a job may run.
      allow(props.jobs.queueArn, 'sqs:GetQueueAttributes'),
      allow(props.sweeps.queueArn, 'sqs:SendMessage'),
      allow(props.topic.topicArn, 'sns:Publish'),
    ],
  });
  addSqsEventSource(sweep, props.sweeps, accountPlaces(props.settings.accountConcurrency, props.settings).sweeps);
  everyDay(scope, props.sweeps);
  onGone(props.topic, props.sweeps);
  return sweep;
}

/**
 * Through the queue, so that a failed sweep is tried again and in the end becomes a dead letter, like any work; and so
 * that it can continue where its time was up.
 */
function everyDay(scope: Construct, sweeps: Queue): void {
  new Rule(scope, 'Daily', {
    description: 'Begins the daily sweep',
    schedule: Schedule.rate(Duration.days(1)),
    targets: [new SqsQueue(sweeps, { message: RuleTargetInput.fromObject({ kind: 'sweep', part: 'today' }) })],
  });
}

/** By the topic that reports every deletion, from the APIs, the CLI or an erasure. */
function onGone(topic: Topic, sweeps: Queue): void {
  const filterPolicy = { type: SubscriptionFilter.stringFilter({ allowlist: ['photo.deleted', 'user.erased'] }) };
  topic.addSubscription(new SqsSubscription(sweeps, { rawMessageDelivery: true, filterPolicy }));
}
