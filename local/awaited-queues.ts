import * as z from 'zod';
import { readRights } from './rights.ts';
import type { Stack } from './stack.ts';

/**
 * Whether people wait for a queue's messages, by its ARN: a function behind an API may send to it. In a template without
 * such a function, people wait for all of them.
 */
export function awaitedQueues(stack: Stack): (queueArn: string) => boolean {
  const invoked = new Set(
    stack
      .ofType('AWS::Lambda::Permission', z.object({ FunctionName: z.string(), Principal: z.string() }))
      .filter(({ properties }) => properties.Principal === 'apigateway.amazonaws.com')
      .map(({ properties }) => properties.FunctionName),
  );
  const rights = readRights(stack);
  const principals = stack
    .ofType('AWS::Lambda::Function', z.object({ Role: z.string() }))
    .filter(({ logicalId, name }) => invoked.has(name) || invoked.has(stack.attribute(logicalId, 'Arn')))
    .map(({ properties }) => rights.ofRole(properties.Role));
  return (queueArn) =>
    principals.length === 0 ||
    principals.some((one) => rights.refusal(one, { action: 'sqs:SendMessage', resource: queueArn }) === undefined);
}
