import { listAt, referredId, resourcesOfType, valueAt } from './resources-of-type.ts';
import type { Template } from './template.ts';

/**
 * AWS's own key of SNS or SQS (`alias/aws/sns`, `alias/aws/sqs`) has a policy that nobody can change, and that lets no
 * other AWS service use it. What CloudWatch, S3, EventBridge or SNS would deliver into a topic or queue with that key
 * is lost, and nobody is told (CloudWatch's guide, "Amazon SNS topics" of alarms; S3's, SNS's and EventBridge's on
 * encrypted queues).
 * @returns a line for each, for people
 */
export function managedKeys(template: Template): string[] {
  const isUnderManagedKey = (target: unknown) => {
    const properties = valueAt(template.Resources[referredId(target) ?? ''], 'Properties');
    return /alias\/aws\/s[nq]s/.test(JSON.stringify(valueAt(properties, 'KmsMasterKeyId') ?? ''));
  };
  const targets = (type: string, of: (properties: Record<string, unknown>) => unknown[]) =>
    resourcesOfType(template, type).flatMap(({ id, properties }) => of(properties).map((target) => ({ id, target })));
  return [
    ...targets('AWS::CloudWatch::Alarm', (alarm) =>
      ['AlarmActions', 'OKActions', 'InsufficientDataActions'].flatMap((kind) => listAt(alarm, kind)),
    ),
    ...targets('AWS::S3::Bucket', (bucket) =>
      listAt(bucket, 'NotificationConfiguration', 'QueueConfigurations').map((one) => valueAt(one, 'Queue')),
    ),
    ...targets('AWS::Events::Rule', (rule) => listAt(rule, 'Targets').map((one) => valueAt(one, 'Arn'))),
    ...targets('AWS::SNS::Subscription', (subscription) => [subscription.Endpoint]),
  ]
    .filter(({ target }) => isUnderManagedKey(target))
    .map(({ id, target }) => `${id}: nothing of it would reach ${referredId(target)}, which is under AWS's own key`);
}
