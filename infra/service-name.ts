import { Names } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** CloudFormation's bound of a stack's name, characters. */
const MAX_LENGTH = 128;

/**
 * How this service is called beside others: in the names of its APIs, and in its metrics and log lines, as `service`. The stack's name
 * where the stack is nothing else (`infra/app.ts`), and otherwise what follows from stack and path.
 */
export const serviceName = (scope: Construct): string =>
  Names.uniqueResourceName(scope, { maxLength: MAX_LENGTH, allowedSpecialCharacters: '-' });
