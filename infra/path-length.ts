import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SettingError } from './setting-error.ts';

/** CloudFormation's limit for a logical id, in characters. */
const MAX_LOGICAL_ID = 255;
/**
 * The longest that the CDK adds to a path here: an API's deployment, a hash of the path, and one of what is deployed.
 */
const LONGEST_BELOW = 'ApiTwitterDeployment'.length + 8 + 32;

/** @throws SettingError if the ids above are so long that CloudFormation would refuse the template */
export function refuseLongPath({ node }: Construct): void {
  const above = node.scopes.slice(node.scopes.findLastIndex((one) => Stack.isStack(one)) + 1);
  const letters = above.map((one) => one.node.id.replaceAll(/[^A-Za-z0-9]/g, '')).join('').length;
  const most = MAX_LOGICAL_ID - LONGEST_BELOW;
  if (letters > most)
    throw new SettingError(
      `the path ${node.path} has ${letters} letters and digits below its stack; it may have ${most}, or CloudFormation takes no ids made of it`,
    );
}
