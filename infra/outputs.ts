import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Buckets } from './buckets.ts';
import type { DeploySettings } from './deploy-settings.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import type { AllQueues } from './queues.ts';
import type { Tables } from './tables.ts';

interface OutputsProps {
  distribution: Distribution;
  buckets: Buckets;
  queue: AllQueues;
  tables: Tables;
  /** Absent without webhooks. */
  webhooks: Table | undefined;
  topic: Topic;
  secrets: GeneratedSecrets;
  settings: DeploySettings;
  alarmTopic: Topic;
  dashboard: Dashboard;
  /** Where the service is, without a trailing slash. */
  url: string;
}

/** The stack's outputs. The CLI and the laptop run read them by these names. */
export function outputs(scope: Construct, props: OutputsProps): void {
  const { distribution, buckets, queue, tables, webhooks, topic, secrets, settings, alarmTopic, dashboard, url } =
    props;
  const values = {
    Url: url,
    ...(settings.dialects.includes('slack') && { UrlSlack: `${url}/api/` }),
    ...(settings.dialects.includes('twitter') && { UrlTwitter: `${url}/1.1/` }),
    DomainTarget: distribution.distributionDomainName,
    DistributionId: distribution.distributionId,
    BucketRaw: buckets.raw.bucketName,
    BucketPhotos: buckets.photos.bucketName,
    BucketImports: buckets.imports.bucketName,
    BucketSite: buckets.site.bucketName,
    QueueJobs: queue.jobs.queueUrl,
    QueueBulk: queue.bulk.queueUrl,
    QueueIntake: queue.intake.queueUrl,
    QueueSweeps: queue.sweeps.queueUrl,
    QueueJobsDead: queue.jobsDead.queueUrl,
    QueueBulkDead: queue.bulkDead.queueUrl,
    QueueIntakeDead: queue.intakeDead.queueUrl,
    QueueSweepsDead: queue.sweepsDead.queueUrl,
    TableUsers: tables.users.tableName,
    TableTeams: tables.teams.tableName,
    TableCredentials: tables.credentials.tableName,
    TableUploads: tables.uploads.tableName,
    TableLimits: tables.limits.tableName,
    TableBatches: tables.batches.tableName,
    ...(queue.hooks && { QueueHooks: queue.hooks.queueUrl, QueueHooksDead: queue.hooksDead?.queueUrl ?? '' }),
    ...(webhooks && { TableWebhooks: webhooks.tableName, WebhookPorts: settings.webhookPorts }),
    TopicPhotoEvents: topic.topicArn,
    TopicAlarms: alarmTopic.topicArn,
    DashboardUrl: `https://${Stack.of(scope).region}.console.aws.amazon.com/cloudwatch/home?region=${Stack.of(scope).region}#dashboards/dashboard/${dashboard.dashboardName}`,
    SecretMaster: secrets.master.secretArn,
    SecretOrigin: secrets.origin.secretArn,
    ...(settings.oidcIssuer !== undefined && { OidcIssuer: settings.oidcIssuer }),
    RetentionDays: String(settings.retentionDays),
    AccountConcurrency: String(settings.accountConcurrency),
    ...(settings.allowedOrigins.length > 0 && { AllowedOrigins: settings.allowedOrigins.join(',') }),
    Production: String(settings.production),
    Avatars: String(settings.avatars),
  };
  for (const [id, value] of Object.entries(values)) new CfnOutput(scope, id, { value });
}
