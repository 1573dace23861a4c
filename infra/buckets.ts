import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type CorsRule,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { CfnQueuePolicy, type Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';

export interface Buckets {
  /** Uploads as they came. Never served, and deleted after the retention. */
  raw: Bucket;
  /** The pictures behind photo URLs, served only through the distribution. */
  photos: Bucket;
  /** Where people put files to import, and where files come by ticket. */
  imports: Bucket;
  /** The page. */
  site: Bucket;
}

/** The four buckets: private, TLS only, encrypted. */
export function s3Buckets(scope: Construct, { retentionDays }: DeploySettings): Buckets {
  return {
    raw: privateBucket(scope, 'Raw', [{ expiration: Duration.days(retentionDays) }]),
    photos: privateBucket(scope, 'Photos'),
    imports: privateBucket(scope, 'Imports', [leftBehind(retentionDays)], [ANY_PAGE_MAY_POST]),
    site: privateBucket(scope, 'Site'),
  };
}

/**
 * A ticket's file is deleted when it was taken. One that was never reported, or that failed at every try, is deleted
 * when no queue can name it any more, like raw files.
 */
const leftBehind = (retentionDays: number): LifecycleRule => ({
  prefix: 'direct/',
  expiration: Duration.days(retentionDays),
});

/**
 * Any page may send a form here and read whether S3 accepted it. The page's own host cannot be named: it is the
 * distribution's, whose headers name this bucket, and CloudFormation needs one before the other. It need not be named:
 * a form's rights are in its own signature, browsers add no credentials, and only POST is allowed, so no page can read
 * anything.
 */
const ANY_PAGE_MAY_POST: CorsRule = {
  allowedMethods: [HttpMethods.POST],
  allowedOrigins: ['*'],
  allowedHeaders: ['*'],
  maxAge: 3_600,
};

function privateBucket(scope: Construct, id: string, rules: LifecycleRule[] = [], cors: CorsRule[] = []): Bucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...(cors.length > 0 && { cors }),
    lifecycleRules: [...rules, { abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
}

/**
 * S3 reports new files to the queue, of tickets and of imports. Under `manifests/` it reports only the manifest, which
 * is put last and alone decides.
 *
 * Set on the CloudFormation resource, because the CDK's own way adds a custom resource with wide rights. The queue
 * trusts the account and not the bucket's ARN, or bucket and queue policy would wait for each other.
 */
export function notifyOfArrivals(imports: Bucket, intake: Queue): void {
  intake.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('s3.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [intake.queueArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(intake).account } },
    }),
  );
  const bucket = imports.node.defaultChild;
  const queuePolicy = intake.node.findChild('Policy').node.defaultChild;
  if (!(bucket instanceof CfnBucket && queuePolicy instanceof CfnQueuePolicy)) {
    throw new Error('the CDK no longer keeps bucket and queue policy where they were');
  }
  bucket.notificationConfiguration = {
    queueConfigurations: [
      { prefix: 'direct/' },
      { prefix: 'imports/' },
      { prefix: 'manifests/', suffix: 'manifest.csv' },
    ].map((filter) => ({
      event: 's3:ObjectCreated:*',
      queue: intake.queueArn,
      filter: { s3Key: { rules: Object.entries(filter).map(([name, value]) => ({ name, value })) } },
    })),
  };
  // S3 refuses a notification to a queue that it may not send to yet.
  bucket.addResourceDependency(queuePolicy);
}
