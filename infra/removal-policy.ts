import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSecret, type Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DeploySettings } from './deploy-settings.ts';

/**
 * What happens to data when the stack is deleted: by default it is deleted and costs nothing any more; in production it
 * stays. The origin's secret is new in each stack and always deleted. The master secret stays with the records, whose
 * credentials would be dead without it.
 *
 * S3 deletes only empty buckets, and a person empties them (`headshot empty`). A custom resource could do it, but would
 * leave a function in the account with the right to delete every photo.
 */
export function applyRemovalPolicy(scope: Construct, { production }: DeploySettings, alwaysGoes: Secret): void {
  const policy = production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
  for (const one of scope.node.findAll()) {
    if (one instanceof CfnTable) one.deletionProtectionEnabled = production;
    if (one instanceof CfnTable || one instanceof CfnBucket || one instanceof CfnSecret) one.applyRemovalPolicy(policy);
  }
  alwaysGoes.applyRemovalPolicy(RemovalPolicy.DESTROY);
}
