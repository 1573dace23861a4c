import { deployedStack } from '../lambdas/store/stack-outputs.ts';
import { ownOutputs } from './own-outputs.ts';
import type { Target } from './target.ts';
import { UserError } from './user-error.ts';

/**
 * A deployed stack, with this person's own credentials and region, as the AWS CLI finds them (AWS_PROFILE, AWS_REGION,
 * …).
 * @param given the stack's name; and, after a slash, the Headshot in it, where there are several
 * @throws UserError when there is no such stack, or no way to ask
 */
export async function stackTarget(given: string): Promise<Target> {
  const [name = '', ...below] = given.split('/');
  const stack = await deployedStack(name).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : error;
    throw new UserError(
      `cannot ask AWS about the stack ${name}: ${message}; AWS_PROFILE and AWS_REGION choose an account and region`,
    );
  });
  if (stack === undefined) {
    throw new UserError(
      `there is no stack ${name} in this account and region; AWS_PROFILE and AWS_REGION choose others`,
    );
  }
  const { region } = stack;
  const outputs = ownOutputs(stack.outputs, name, below.length > 0 ? below.join('/') : undefined);
  process.env.AWS_REGION = region;
  return { url: outputs.Url ?? '', region, outputs, isConstruct: outputs !== stack.outputs };
}
