import type { Stack } from 'aws-cdk-lib';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';

/** Where others learn that a user's photo changed. TLS only, encrypted with the account's own SNS key. */
export function photoEvents(stack: Stack): Topic {
  return new Topic(stack, 'PhotoEvents', {
    enforceSSL: true,
    masterKey: Alias.fromAliasName(stack, 'SnsKey', 'alias/aws/sns'),
  });
}
