import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { CfnQueuePolicy, type Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';

export interface Buckets {
  /** Uploads as they came. Never served, and gone after the retention. */
  raw: Bucket;
  /** What photo URLs serve, through the distribution only. */
  photos: Bucket;
  /** Where a person puts files to be imported. */
  imports: Bucket;
  /** The page. */
  site: Bucket;
}

/** The four buckets: private, TLS only, encrypted. */
export function s3Buckets(scope: Construct, { retentionDays }: DeploySettings): Buckets {
  return {
    raw: privateBucket(scope, 'Raw', [{ expiration: Duration.days(retentionDays) }]),
    photos: privateBucket(scope, 'Photos'),
    imports: privateBucket(scope, 'Imports'),
    site: privateBucket(scope, 'Site'),
  };
}

function privateBucket(scope: Construct, id: string, rules: LifecycleRule[] = []): Bucket {
  return new Bucket(scope, id, {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: [...rules, { abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
}

/**
 * S3 tells the queue of new files. Under `manifests/` only the manifest is told of: it is put last and decides alone.
 *
 * Written on the CloudFormation resource, because the CDK's own way brings a custom resource with wide rights. The queue
 * trusts the account and not the bucket's ARN, which would make bucket and queue policy wait for each other.
 */
export function notifyOfImports(imports: Bucket, intake: Queue): void {
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
    queueConfigurations: [{ prefix: 'imports/' }, { prefix: 'manifests/', suffix: 'manifest.csv' }].map((filter) => ({
      event: 's3:ObjectCreated:*',
      queue: intake.queueArn,
      filter: { s3Key: { rules: Object.entries(filter).map(([name, value]) => ({ name, value })) } },
    })),
  };
  // S3 refuses a notification to a queue that it may not send to yet.
  bucket.addResourceDependency(queuePolicy);
}
