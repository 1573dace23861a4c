import { describe, expect, test } from '@jest/globals';
import { type Template, templateSchema } from '../../local/template.ts';
import { refuseWhatAwsRefuses, TEMPLATE_RULES } from '../../local/template-rules.ts';
import { template } from '../synthesized.ts';

/** A copy of the template, in which a test may break something. */
const copy = (): Template => templateSchema.parse(structuredClone(template.toJSON()));

/** A resource of the copy, by the beginning of its logical id. */
function resourceOf({ Resources }: Template, id: string): Record<string, unknown> {
  const found = Object.entries(Resources).find(([logicalId]) => logicalId.replace(/[0-9A-F]{8}$/, '') === id);
  if (!found) throw new Error(`the template has no ${id}`);
  return found[1].Properties;
}

/** Each breaks one rule in a copy of the template, and says what the refusal must name. */
const BROKEN: Record<string, { what: string; break: (template: Template) => void; words: RegExp }[]> = {
  accountWideNames: [
    {
      what: 'a response headers policy without the region',
      break: (one) => {
        resourceOf(one, 'PageHeaders').ResponseHeadersPolicyConfig = { Name: 'HeadshotPageHeaders' };
      },
      words: /PageHeaders\w+ \(AWS::CloudFront::ResponseHeadersPolicy\).*without its region$/m,
    },
    {
      what: 'a function without the stack',
      break: (one) => {
        resourceOf(one, 'OnViewerRequest').Name = { 'Fn::Sub': `\${AWS::Region}-OnViewerRequest` };
      },
      words: /OnViewerRequest\w+ \(AWS::CloudFront::Function\).*without the stack's name$/m,
    },
    {
      what: 'a dashboard and a role with names of their own',
      break: (one) => {
        resourceOf(one, 'Dashboard').DashboardName = 'photos';
        resourceOf(one, 'RoleOnJob').RoleName = 'worker';
      },
      words:
        /Dashboard\w+ .* its region and the stack's name\n.*RoleOnJob|RoleOnJob.* its region and the stack's name\n.*Dashboard/,
    },
  ],
};

describe('what AWS refuses of a template', () => {
  test.each(Object.entries(TEMPLATE_RULES))('%s: nothing breaks it', (_, rule) => {
    expect(rule(copy(), 'Headshot')).toEqual([]);
  });

  test.each(Object.entries(BROKEN).flatMap(([rule, cases]) => cases.map((one) => [rule, one.what, one] as const)))(
    '%s: %s stops the start',
    (_, __, one) => {
      const broken = copy();
      one.break(broken);
      expect(() => refuseWhatAwsRefuses({ template: broken, stackName: 'Headshot' })).toThrow(one.words);
    },
  );

  test('each rule has a template that breaks it', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(TEMPLATE_RULES).sort());
  });
});
