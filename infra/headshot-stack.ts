import { type App, Stack } from 'aws-cdk-lib';
import type { Bundles } from './bundles.ts';
import { Headshot } from './headshot.ts';
import { deploySettings } from './read-settings.ts';

/**
 * A stack with one Headshot and nothing else: what `npx cdk deploy` deploys and `npm start` runs. The construct is
 * named `Default`, which the CDK leaves out of logical ids, so the resources are named as if they were the stack's own.
 * @param given as for `deploySettings`
 * @throws SettingError if a setting is refused
 */
export function headshotStack(app: App, given: Record<string, unknown>, bundles: Bundles): Stack {
  const { stackName, twitterRateLimits: _, ...props } = deploySettings(given);
  const stack = new Stack(app, stackName, {
    description: 'Headshot: a profile-photo service',
    terminationProtection: props.production,
  });
  new Headshot(stack, 'Default', props, bundles);
  return stack;
}
