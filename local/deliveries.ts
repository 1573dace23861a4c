import * as z from 'zod';
import { ACCOUNT_ID, arn, REGION } from './resource-types.ts';
import { type Permission, type Principal, type Rights, readRights } from './rights.ts';
import type { Stack } from './stack.ts';

/** What AWS's own services do with the template's resources, and the permission that each needs. */
interface Delivery extends Permission {
  what: string;
  principal: (rights: Rights) => Principal;
}

/**
 * What AWS would not deliver because a permission is missing: from S3, SNS and EventBridge into queues, from API
 * Gateway to functions, from buckets to CloudFront, and from queues to the functions that they feed. The gateway and
 * event sources of the laptop run need no permission, so this is checked at the start. (AWS refuses some of it when the
 * stack is deployed. The rest comes to nothing later, and nobody is told.)
 * @returns a line for each, for people
 */
export function undelivered(stack: Stack): string[] {
  const rights = readRights(stack);
  return DELIVERIES.flatMap((list) => list(stack)).flatMap(({ what, principal, ...permission }) => {
    const why = rights.refusal(principal(rights), permission);
    return why === undefined
      ? []
      : [`${what}: not authorized to perform ${permission.action} on ${permission.resource} ${why}`];
  });
}

const by =
  (service: string, sourceArn: string): Delivery['principal'] =>
  (rights) =>
    rights.ofService(`${service}.amazonaws.com`, sourceArn);

const bucketSchema = z.object({
  NotificationConfiguration: z
    .object({ QueueConfigurations: z.array(z.object({ Queue: z.string() })).default([]) })
    .optional(),
});
const ruleSchema = z.object({ Targets: z.array(z.object({ Arn: z.string() })).default([]) });
const subscriptionSchema = z.object({ TopicArn: z.string(), Endpoint: z.string() });
const mappingSchema = z.object({ EventSourceArn: z.string(), FunctionName: z.string() });
const methodSchema = z.object({
  RestApiId: z.string(),
  Integration: z.object({ Uri: z.string().optional() }).optional(),
});
const distributionSchema = z.object({
  DistributionConfig: z.object({
    Origins: z.array(z.object({ DomainName: z.string(), OriginAccessControlId: z.string().optional() })),
  }),
});

/** What Lambda does to poll a queue, with the function's role (Lambda's guide, "Execution role permissions" of SQS). */
const POLLING = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

const DELIVERIES: ((stack: Stack) => Delivery[])[] = [
  (stack) =>
    stack.ofType('AWS::S3::Bucket', bucketSchema).flatMap(({ logicalId, properties }) =>
      (properties.NotificationConfiguration?.QueueConfigurations ?? []).map(({ Queue }) => ({
        what: `S3's notification of ${logicalId}`,
        principal: by('s3', stack.attribute(logicalId, 'Arn')),
        action: 'sqs:SendMessage',
        resource: Queue,
      })),
    ),
  (stack) =>
    stack.ofType('AWS::SNS::Subscription', subscriptionSchema).map(({ logicalId, properties }) => ({
      what: `the subscription ${logicalId}`,
      principal: by('sns', properties.TopicArn),
      action: 'sqs:SendMessage',
      resource: properties.Endpoint,
    })),
  (stack) =>
    stack.ofType('AWS::Events::Rule', ruleSchema).flatMap(({ logicalId, properties }) =>
      properties.Targets.map(({ Arn }) => ({
        what: `the schedule ${logicalId}`,
        principal: by('events', stack.attribute(logicalId, 'Arn')),
        action: 'sqs:SendMessage',
        resource: Arn,
      })),
    ),
  (stack) =>
    stack.ofType('AWS::ApiGateway::Method', methodSchema).flatMap(({ logicalId, properties }) => {
      const [, functionArn] = /\/functions\/(arn:[^/]+)\/invocations$/.exec(properties.Integration?.Uri ?? '') ?? [];
      if (functionArn === undefined) return [];
      return {
        what: `the method ${logicalId}`,
        principal: by('apigateway', `arn:aws:execute-api:${REGION}:${ACCOUNT_ID}:${properties.RestApiId}/live/GET/any`),
        action: 'lambda:InvokeFunction',
        resource: functionArn,
      };
    }),
  (stack) =>
    stack.ofType('AWS::CloudFront::Distribution', distributionSchema).flatMap(({ logicalId, properties }) => {
      const source = arn('cloudfront', `distribution/${stack.ref(logicalId)}`, '');
      const buckets = stack.ofType('AWS::S3::Bucket', z.object({}));
      return properties.DistributionConfig.Origins.flatMap(({ DomainName, OriginAccessControlId }) => {
        const bucket = buckets.find((one) => stack.attribute(one.logicalId, 'RegionalDomainName') === DomainName);
        if (!bucket) return [];
        return {
          what: `${logicalId}, reading ${bucket.logicalId}`,
          // Without an origin access control CloudFront reads it as anybody would.
          principal: OriginAccessControlId === undefined ? by('anybody', source) : by('cloudfront', source),
          action: 's3:GetObject',
          resource: `${stack.attribute(bucket.logicalId, 'Arn')}/any`,
        };
      });
    }),
  (stack) => {
    const functions = stack.ofType('AWS::Lambda::Function', z.object({ Role: z.string() }));
    return stack.ofType('AWS::Lambda::EventSourceMapping', mappingSchema).flatMap(({ logicalId, properties }) => {
      const { EventSourceArn, FunctionName } = properties;
      const found = functions.find(
        (one) => one.name === FunctionName || stack.attribute(one.logicalId, 'Arn') === FunctionName,
      );
      if (!found) return [];
      return POLLING.map((action) => ({
        what: `the event source ${logicalId}`,
        principal: (rights: Rights) => rights.ofRole(found.properties.Role),
        action,
        resource: EventSourceArn,
      }));
    });
  },
];
