import { accountWideNames } from './account-wide-names.ts';
import type { Assembly } from './assembly.ts';
import { distributionLimits } from './distribution-limits.ts';
import { lambdaLimits } from './lambda-limits.ts';
import { managedKeys } from './managed-keys.ts';
import { stackLimits } from './stack-limits.ts';
import type { Template } from './template.ts';

/** What AWS would refuse in a template: a line for each thing, for people. */
type TemplateRule = (template: Template, stackName: string) => string[];

/** The rules that every start checks a template by, each in a file of its own. */
export const TEMPLATE_RULES: Record<string, TemplateRule> = {
  accountWideNames,
  distributionLimits,
  lambdaLimits,
  managedKeys,
  stackLimits,
};

/** @throws Error with what AWS would refuse in the template */
export function refuseWhatAwsRefuses({ template, stackName }: Pick<Assembly, 'template' | 'stackName'>): void {
  const broken = Object.values(TEMPLATE_RULES).flatMap((rule) => rule(template, stackName));
  if (broken.length > 0) throw new Error(`AWS would refuse this template:\n${broken.join('\n')}`);
}
