import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** The topic of changes to users' photos. TLS only, encrypted with the account's SNS key. */
export function photoEvents(scope: Construct): Topic {
  return new Topic(scope, 'PhotoEvents', {
    enforceSSL: true,
    masterKey: Alias.fromAliasName(scope, 'SnsKey', 'alias/aws/sns'),
  });
}
