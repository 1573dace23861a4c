import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ServiceParts } from './service.ts';

/** What the CLI calls of each service (`lambdas/store`, assembled by `cli/connect*.ts`). */
const ACTIONS = {
  tables: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
  buckets: ['ListBucket'],
  objects: ['DeleteObject', 'GetObject', 'PutObject'],
  queues: ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'],
  topic: ['Publish'],
  secret: ['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'],
  stack: ['DescribeStacks'],
};

/** Grants a principal what the CLI needs for one service: each right only on the service's own parts. */
export function administer(grantee: IGrantable, scope: Construct, parts: ServiceParts): Grant {
  const buckets = Object.values(parts.buckets);
  const give = (service: string, actions: string[], resourceArns: string[]) =>
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `${service}:${action}`), resourceArns });
  return [
    give(
      's3',
      ACTIONS.buckets,
      buckets.map(({ bucketArn }) => bucketArn),
    ),
    give(
      's3',
      ACTIONS.objects,
      buckets.map((bucket) => bucket.arnForObjects('*')),
    ),
    give(
      'sqs',
      ACTIONS.queues,
      Object.values(parts.queues).map(({ queueArn }) => queueArn),
    ),
    give('sns', ACTIONS.topic, [parts.photoEvents.topicArn]),
    give('secretsmanager', ACTIONS.secret, [parts.secrets.master.secretArn]),
    // The stack's outputs lead the CLI to all the rest.
    give('cloudformation', ACTIONS.stack, [Stack.of(scope).stackId]),
  ].reduce(
    (all, one) => all.combine(one),
    give(
      'dynamodb',
      ACTIONS.tables,
      [...Object.values(parts.tables), ...(parts.webhooks ? [parts.webhooks] : [])].map(({ tableArn }) => tableArn),
    ),
  );
}
