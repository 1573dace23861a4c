import { deployedStack } from '../lambdas/store/stack-outputs.ts';
import type { Target } from './target.ts';
import { UserError } from './user-error.ts';

/**
 * A deployed stack, with this person's own credentials and region, as the AWS CLI finds them (AWS_PROFILE, AWS_REGION, …).
 * @throws UserError when there is no such stack, or no way to ask.
 */
export async function stackTarget(name: string): Promise<Target> {
  const stack = await deployedStack(name).catch((error: unknown) => {
    throw new UserError(`cannot ask AWS about the stack ${name}: ${error instanceof Error ? error.message : error}`);
  });
  if (stack === undefined) {
    throw new UserError(
      `there is no stack ${name} in this account and region; AWS_PROFILE and AWS_REGION choose others`,
    );
  }
  const { region, outputs } = stack;
  if (outputs.Url === undefined) throw new UserError(`the stack ${name} is not a Headshot, or is not deployed yet`);
  process.env.AWS_REGION = region;
  return { url: outputs.Url, region, outputs };
}
