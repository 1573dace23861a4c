import type { Function as Lambda, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { RAW_PREFIX } from '../lambdas/core/object-keys.ts';
import type { ServiceLimitsMessage } from '../lambdas/edge/read-service-limits.ts';
import { accountPlaces } from './account-places.ts';
import type { DeploySettings } from './deploy-settings.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';
import { identityProviderJson } from './identity-provider.ts';
import { addSqsEventSource, allow, lambdaFunction } from './lambda-function.ts';
import type { Tables } from './tables.ts';
import { administersWebhooks, type WebhookParts, webhookPartsJson } from './webhook-parts.ts';

interface OnChangeProps {
  code: string;
  layer: LayerVersion;
  settings: DeploySettings;
  raw: Bucket;
  photos: Bucket;
  imports: Bucket;
  tables: Tables;
  jobs: Queue;
  sweeps: Queue;
  topic: Topic;
  secrets: GeneratedSecrets;
  webhooks: WebhookParts | undefined;
}

/** Takes uploads, issues tickets, and deletes photos. */
export function onChange(scope: Construct, props: OnChangeProps): Lambda {
  const { users, teams, credentials, uploads, limits } = props.tables;
  return lambdaFunction(scope, 'change', {
    code: props.code,
    settings: props.settings,
    layers: [props.layer],
    environment: {
      rawBucket: props.raw.bucketName,
      photosBucket: props.photos.bucketName,
      importsBucket: props.imports.bucketName,
      usersTable: users.tableName,
      teamsTable: teams.tableName,
      credentialsTable: credentials.tableName,
      uploadsTable: uploads.tableName,
      limitsTable: limits.tableName,
      jobsQueueUrl: props.jobs.queueUrl,
      sweepsQueueUrl: props.sweeps.queueUrl,
      photoEventsTopicArn: props.topic.topicArn,
      masterSecretId: props.secrets.master.secretArn,
      originSecretId: props.secrets.origin.secretArn,
      serviceLimits: serviceLimitsJson(props.settings),
      twitterRateLimits: JSON.stringify(props.settings.twitterRateLimits),
      allowedOrigins: allowedOriginsJson(props.settings),
      identityProvider: identityProviderJson(props.settings),
      webhookParts: webhookPartsJson(props.settings, props.webhooks),
      avatars: String(props.settings.avatars),
      retentionDays: String(props.settings.retentionDays),
      jobPlaces: String(accountPlaces(props.settings.accountConcurrency, props.settings).jobs),
    },
    permissions: [
      // It deletes the file of a second body under one `Idempotency-Key`.
      allow(props.raw.arnForObjects(`${RAW_PREFIX}*`), 's3:PutObject', 's3:DeleteObject'),
      // For the forms that it signs. It puts nothing there itself.
      allow(props.imports.arnForObjects('direct/*'), 's3:PutObject'),
      allow(props.photos.arnForObjects('*'), 's3:DeleteObject'),
      allow(props.photos.bucketArn, 's3:ListBucket'),
      allow(users.tableArn, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      allow(teams.tableArn, 'dynamodb:GetItem'),
      allow(credentials.tableArn, 'dynamodb:GetItem'),
      allow(uploads.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
      // To count jobs: with more of them than workers, nobody waits for a photo to be shown.
      allow(props.jobs.queueArn, 'sqs:SendMessage', 'sqs:GetQueueAttributes'),
      allow(props.sweeps.queueArn, 'sqs:SendMessage'),
      allow(props.topic.topicArn, 'sns:Publish'),
      allow(limits.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
      // A person's first token creates the user.
      ...(props.settings.oidcIssuer === undefined
        ? []
        : [
            allow(users.tableArn, 'dynamodb:PutItem', 'dynamodb:DeleteItem'),
            allow(teams.tableArn, 'dynamodb:PutItem'),
          ]),
      ...administersWebhooks(props.settings, props.webhooks),
      allow(props.secrets.master.secretArn, 'secretsmanager:GetSecretValue'),
      allow(props.secrets.origin.secretArn, 'secretsmanager:GetSecretValue'),
    ],
  });
}

interface OnReadProps {
  code: string;
  settings: DeploySettings;
  tables: Tables;
  secrets: GeneratedSecrets;
}

/** Answers everything that changes nothing. */
export function onRead(scope: Construct, props: OnReadProps): Lambda {
  const { users, teams, credentials, uploads, limits } = props.tables;
  return lambdaFunction(scope, 'read', {
    code: props.code,
    settings: props.settings,
    layers: [],
    environment: {
      usersTable: users.tableName,
      teamsTable: teams.tableName,
      credentialsTable: credentials.tableName,
      uploadsTable: uploads.tableName,
      limitsTable: limits.tableName,
      masterSecretId: props.secrets.master.secretArn,
      originSecretId: props.secrets.origin.secretArn,
      serviceLimits: serviceLimitsJson(props.settings),
      twitterRateLimits: JSON.stringify(props.settings.twitterRateLimits),
      allowedOrigins: allowedOriginsJson(props.settings),
      identityProvider: identityProviderJson(props.settings),
    },
    permissions: [
      ...[users, teams, credentials, uploads].map((table) => allow(table.tableArn, 'dynamodb:GetItem')),
      allow(limits.tableArn, 'dynamodb:PutItem', 'dynamodb:UpdateItem'),
      allow(props.secrets.master.secretArn, 'secretsmanager:GetSecretValue'),
      allow(props.secrets.origin.secretArn, 'secretsmanager:GetSecretValue'),
    ],
  });
}

interface OnJobProps {
  code: string;
  layer: LayerVersion;
  settings: DeploySettings;
  raw: Bucket;
  photos: Bucket;
  tables: Tables;
  topic: Topic;
  jobs: Queue;
  bulk: Queue;
}

/** Renders and publishes photos. One message at a time: a picture fills the memory, and must not delay another. */
export function onJob(scope: Construct, props: OnJobProps): Lambda {
  const { users, uploads } = props.tables;
  const job = lambdaFunction(scope, 'job', {
    code: props.code,
    settings: props.settings,
    layers: [props.layer],
    environment: {
      rawBucket: props.raw.bucketName,
      photosBucket: props.photos.bucketName,
      usersTable: users.tableName,
      uploadsTable: uploads.tableName,
      photoEventsTopicArn: props.topic.topicArn,
      letterboxColour: props.settings.letterboxColour,
      serviceLimits: serviceLimitsJson(props.settings),
    },
    permissions: [
      // It deletes what an erased user's job still brings.
      allow(props.raw.arnForObjects(`${RAW_PREFIX}*`), 's3:GetObject', 's3:DeleteObject'),
      // Without this, S3 answers 403 for a missing file, which looks like a fault.
      allow(props.raw.bucketArn, 's3:ListBucket'),
      allow(props.photos.arnForObjects('*'), 's3:PutObject', 's3:DeleteObject'),
      allow(props.photos.bucketArn, 's3:ListBucket'),
      allow(users.tableArn, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      allow(uploads.tableArn, 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
      allow(props.topic.topicArn, 'sns:Publish'),
    ],
  });
  const places = accountPlaces(props.settings.accountConcurrency, props.settings);
  addSqsEventSource(job, props.jobs, places.jobs);
  addSqsEventSource(job, props.bulk, places.bulk);
  return job;
}

interface OnImportProps {
  code: string;
  layer: LayerVersion;
  settings: DeploySettings;
  imports: Bucket;
  raw: Bucket;
  tables: Tables;
  intake: Queue;
  jobs: Queue;
  bulk: Queue;
}

/**
 * Takes the files in the imports bucket and queues them for the worker: those by ticket in `jobs`, the others in
 * `bulk`.
 */
export function onImport(scope: Construct, props: OnImportProps): Lambda {
  const { users, uploads, batches } = props.tables;
  const intake = lambdaFunction(scope, 'import', {
    code: props.code,
    settings: props.settings,
    mayCallItself: true,
    layers: [props.layer],
    environment: {
      importsBucket: props.imports.bucketName,
      rawBucket: props.raw.bucketName,
      usersTable: users.tableName,
      uploadsTable: uploads.tableName,
      batchesTable: batches.tableName,
      jobsQueueUrl: props.jobs.queueUrl,
      bulkQueueUrl: props.bulk.queueUrl,
      intakeQueueUrl: props.intake.queueUrl,
      serviceLimits: serviceLimitsJson(props.settings),
      retentionDays: String(props.settings.retentionDays),
    },
    permissions: [
      allow(props.imports.arnForObjects('imports/*'), 's3:GetObject'),
      allow(props.imports.arnForObjects('manifests/*'), 's3:GetObject'),
      // A ticket's file is deleted, whether it was taken or refused.
      allow(props.imports.arnForObjects('direct/*'), 's3:GetObject', 's3:DeleteObject'),
      // To tell a missing file from a forbidden one, and to list a manifest's folder.
      allow(props.imports.bucketArn, 's3:ListBucket'),
      // It deletes the second file of a ticket.
      allow(props.raw.arnForObjects(`${RAW_PREFIX}*`), 's3:PutObject', 's3:DeleteObject'),
      allow(users.tableArn, 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
      allow(uploads.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'),
      allow(batches.tableArn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'),
      allow(props.jobs.queueArn, 'sqs:SendMessage'),
      allow(props.bulk.queueArn, 'sqs:SendMessage'),
      allow(props.intake.queueArn, 'sqs:SendMessage'),
    ],
  });
  addSqsEventSource(intake, props.intake, accountPlaces(props.settings.accountConcurrency, props.settings).intake);
  return intake;
}

/** The sites whose pages may call `/v1`, for the functions (`edge/v1/cors.ts`). */
const allowedOriginsJson = ({ allowedOrigins }: DeploySettings): string => JSON.stringify(allowedOrigins);

/** The limits, for the functions (`edge/read-service-limits.ts`). */
export function serviceLimitsJson(settings: DeploySettings): string {
  const { slackMaxBytes, slackMinSidePx, slackMaxSidePx, twitterMaxBytes, importMaxBytes, heic, dialects } = settings;
  const message: ServiceLimitsMessage = {
    limits: {
      slack: { maxBytes: slackMaxBytes, minSidePx: slackMinSidePx, maxSidePx: slackMaxSidePx },
      twitter: { maxBytes: twitterMaxBytes },
      import: { maxBytes: importMaxBytes },
    },
    heic,
    size_sets: [...dialects],
  };
  return JSON.stringify(message);
}
