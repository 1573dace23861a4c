import { expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { app } from '../synthesized.ts';
import { ACKNOWLEDGED } from './acknowledged-findings.ts';

/** `rule where`, once each: the construct in the service or the stack, with names without the CDK's hashes. */
function findings(): string[] {
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  const all = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => {
      const [, where, below] = constructPath?.split('/') ?? [];
      return `${ruleName.replaceAll(/<([A-Za-z]+)[0-9A-F]{8}\.Arn>/g, '<$1.Arn>')} ${where === 'Default' ? below : where}`;
    }),
  );
  return [...new Set(all)].sort();
}

test("cdk-nag's AwsSolutions finds what is acknowledged with a reason, and nothing else", () => {
  const acknowledged = ACKNOWLEDGED.flatMap(({ rule, where }) => where.map((one) => `${rule} ${one}`));
  expect(findings()).toEqual(acknowledged.sort());
});
