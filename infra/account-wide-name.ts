import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The shortest limit among these resources: CloudFront's for functions and origin access controls, in characters. */
const MAX_LENGTH = 64;
/** No region's name is longer. */
const MAX_REGION_LENGTH = 14;

/**
 * A name for a resource whose names are shared by all regions of an account: CloudFront's policies, functions and
 * origin access controls. It contains the region, so that a stack with the same name can be deployed in another one.
 */
export function accountWideName(scope: Construct, id: string): string {
  const maxLength = MAX_LENGTH - MAX_REGION_LENGTH - id.length - '--'.length;
  const owner = Names.uniqueResourceName(scope, { maxLength, allowedSpecialCharacters: '-' });
  return `${owner}-${id}-${Stack.of(scope).region}`;
}
