import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Buckets } from './buckets.ts';
import type { DeploySettings } from './deploy-settings.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';

export interface OutputsProps {
  distribution: Distribution;
  buckets: Buckets;
  queue: Queues;
  tables: Tables;
  topic: Topic;
  secrets: GeneratedSecrets;
  settings: DeploySettings;
  alarmTopic: Topic;
  dashboard: Dashboard;
}

/** What the command line and the laptop run read, by these very names. */
export function outputs(scope: Construct, props: OutputsProps): void {
  const { distribution, buckets, queue, tables, topic, secrets, settings, alarmTopic, dashboard } = props;
  const url = `https://${settings.domainName ?? distribution.distributionDomainName}`;
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
  };
  for (const [id, value] of Object.entries(values)) new CfnOutput(scope, id, { value });
}
