import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { WebhookPartsMessage } from '../lambdas/edge/read-webhook-parts.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { allow } from './lambda-function.ts';
import { queueWithDead } from './queues.ts';
import { webhooksTable } from './tables.ts';

/**
 * The table and the queues of webhooks. Created before the function that sends, because others may write to them too.
 */
export interface WebhookParts {
  table: Table;
  queues: { hooks: Queue; hooksDead: Queue };
}

export function webhookParts(scope: Construct): WebhookParts {
  const { queue, dead } = queueWithDead(scope, 'Hooks', 'hook');
  return { table: webhooksTable(scope), queues: { hooks: queue, hooksDead: dead } };
}

/** Whether administrators can manage webhooks by HTTP. */
const areAdministered = ({ oidcAdminClaim }: DeploySettings, parts: WebhookParts | undefined): parts is WebhookParts =>
  oidcAdminClaim !== undefined && parts !== undefined;

/** The parts, for the function that changes things (`edge/read-webhook-parts.ts`). */
export function webhookPartsJson(settings: DeploySettings, parts: WebhookParts | undefined): string {
  const message: WebhookPartsMessage = areAdministered(settings, parts)
    ? { table: parts.table.tableName, queue_url: parts.queues.hooks.queueUrl, ports: settings.webhookPorts }
    : null;
  return JSON.stringify(message);
}

/** That function's rights. */
export const administersWebhooks = (settings: DeploySettings, parts: WebhookParts | undefined): PolicyStatement[] =>
  areAdministered(settings, parts)
    ? [
        allow(
          parts.table.tableArn,
          'dynamodb:Query',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
        ),
        allow(parts.queues.hooks.queueArn, 'sqs:SendMessage'),
      ]
    : [];
