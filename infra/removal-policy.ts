import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSecret, type Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';

/**
 * What becomes of everything that holds data when the stack is deleted: by default it goes, and costs nothing any more;
 * in production it stays. The origin's secret is made anew with each stack and always goes. Without the master secret,
 * the records that stay would hold nothing but dead credentials.
 *
 * S3 deletes empty buckets only. They are emptied by a person (`headshot empty`): a custom resource that did it would be a
 * function with the right to delete every photo, standing in the account for good.
 */
export function applyRemovalPolicy(scope: Construct, { production }: DeploySettings, alwaysGoes: Secret): void {
  const policy = production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  for (const one of scope.node.findAll()) {
    if (one instanceof CfnTable) one.deletionProtectionEnabled = production;
    if (one instanceof CfnTable || one instanceof CfnBucket || one instanceof CfnSecret) one.applyRemovalPolicy(policy);
  }
  alwaysGoes.applyRemovalPolicy(RemovalPolicy.DESTROY);
}
