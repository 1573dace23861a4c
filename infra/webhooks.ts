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
  /** Where the service is, without a slash at its end. */
  publicUrl: string;
}

/** Tells apps of photo events by signed POSTs. It reads no photo and no person's record: of what others store it has the events alone. */
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
  // By way of the queue, so that its maximum holds for this too.
  new Rule(scope, 'EveryMinute', {
    description: 'Has the deliveries of webhooks made that are due',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new SqsQueue(queues.hooks, { message: RuleTargetInput.fromObject({ kind: 'run' }) })],
  });
}
