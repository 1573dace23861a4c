import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { WEBHOOK_EVENTS } from '../lambdas/core/webhook.ts';
import { accountPlaces } from './account-places.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { serviceLimitsJson } from './functions.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import { addSqsEventSource, allow, lambdaFunction } from './lambda-function.ts';
import type { WebhookParts } from './webhook-parts.ts';

interface WebhooksProps {
  code: string;
  settings: DeploySettings;
  parts: WebhookParts;
  topic: Topic;
  secrets: GeneratedSecrets;
  /** Where the service is, without a trailing slash. */
  publicUrl: string;
}

/**
 * Sends photo events to apps by signed POSTs. Reads no photos and no users' records: it knows others' data only by
 * events.
 */
export function webhooks(scope: Construct, props: WebhooksProps): void {
  const { code, settings, parts, topic, secrets, publicUrl } = props;
  const { table, queues } = parts;
  const hook = lambdaFunction(scope, 'hook', {
    code,
    settings,
    layers: [],
    environment: {
      webhooksTable: table.tableName,
      hooksDeadQueueUrl: queues.hooksDead.queueUrl,
      masterSecretId: secrets.master.secretArn,
      publicUrl,
      webhookPorts: settings.webhookPorts,
      serviceLimits: serviceLimitsJson(settings),
    },
    permissions: [
      allow(
        table.tableArn,
        'dynamodb:Query',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ),
      allow(queues.hooksDead.queueArn, 'sqs:SendMessage'),
      allow(secrets.master.secretArn, 'secretsmanager:GetSecretValue'),
    ],
  });
  addSqsEventSource(hook, queues.hooks, accountPlaces(settings.accountConcurrency, settings).hooks);
  const filterPolicy = { type: SubscriptionFilter.stringFilter({ allowlist: [...WEBHOOK_EVENTS] }) };
  topic.addSubscription(new SqsSubscription(queues.hooks, { rawMessageDelivery: true, filterPolicy }));
  // Through the queue, so that its maximum concurrency holds for this too.
  new Rule(scope, 'EveryMinute', {
    description: 'Has the deliveries of webhooks made that are due',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new SqsQueue(queues.hooks, { message: RuleTargetInput.fromObject({ kind: 'run' }) })],
  });
}
