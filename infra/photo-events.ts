import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Where others learn that a user's photo changed. TLS only, encrypted with the account's own SNS key. */
export function photoEvents(scope: Construct): Topic {
  return new Topic(scope, 'PhotoEvents', {
    enforceSSL: true,
    masterKey: Alias.fromAliasName(scope, 'SnsKey', 'alias/aws/sns'),
  });
}
