import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The shortest bound among what is named so: CloudFront's for functions and origin access controls, characters. */
const MAX_LENGTH = 64;
/** No region's name is longer. */
const MAX_REGION_LENGTH = 14;

/**
 * A name for a resource whose kind has one namespace in an account, over all regions: CloudFront's policies, functions and origin access
 * controls. It bears the region, so that a stack of the same name deploys in a second one too.
 */
export function accountWideName(scope: Construct, id: string): string {
  const maxLength = MAX_LENGTH - MAX_REGION_LENGTH - id.length - '--'.length;
  const owner = Names.uniqueResourceName(scope, { maxLength, allowedSpecialCharacters: '-' });
  return `${owner}-${id}-${Stack.of(scope).region}`;
}
