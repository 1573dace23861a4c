import { Names } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** CloudFormation's limit for a stack's name, in characters. */
const MAX_LENGTH = 128;

/**
 * The service's name among others: in the names of its APIs, and as `service` in its metrics and logs. It is the
 * stack's name if the stack has nothing else (`infra/app.ts`); otherwise it is made of the stack and the path.
 */
export const serviceName = (scope: Construct): string =>
  Names.uniqueResourceName(scope, { maxLength: MAX_LENGTH, allowedSpecialCharacters: '-' });
