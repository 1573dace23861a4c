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
  /** Uploads as they came. Never served, and gone after the retention. */
  raw: Bucket;
  /** What photo URLs serve, through the distribution only. */
  photos: Bucket;
  /** Where a person puts files to be imported, and where files come straight to by ticket. */
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
 * What came by ticket goes when it was taken. One that nobody was told of, or that failed at every try, goes when no queue can name it any
 * more, as raw files do.
 */
const leftBehind = (retentionDays: number): LifecycleRule => ({
  prefix: 'direct/',
  expiration: Duration.days(retentionDays),
});

/**
 * Any page may send a form here and read whether S3 took it. It could not name the page's host: that is the distribution's, whose headers
 * name this bucket, and CloudFormation makes neither before the other. It need not, either: what a form may do is in its own signature, no
 * browser adds a credential by itself, and nothing but POST is allowed, so no page reads what is here.
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
 * S3 tells the queue of new files, by ticket and of imports. Under `manifests/` only the manifest is told of: it is put last and decides alone.
 *
 * Written on the CloudFormation resource, because the CDK's own way brings a custom resource with wide rights. The queue
 * trusts the account and not the bucket's ARN, which would make bucket and queue policy wait for each other.
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
