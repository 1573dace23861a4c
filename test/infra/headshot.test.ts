import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PROJECT } from '../../infra/bundles.ts';
import { propsInterface, propsTable } from '../../infra/props-text.ts';
import { deploySettings } from '../../infra/read-settings.ts';
import { service } from '../../infra/service.ts';
import { BARE_BUNDLES, headshot } from '../bare-headshot.ts';

test('by the name Default it has the logical ids that the same resources have right under the stack', () => {
  const bare = new Stack(new App(), 'Photos');
  service(bare, deploySettings({}), BARE_BUNDLES);
  const wrapped = new Stack(new App(), 'Photos');
  headshot(wrapped, 'Default');
  expect(Template.fromStack(wrapped).toJSON()).toEqual(Template.fromStack(bare).toJSON());
});

describe('props', () => {
  test('are the settings by their types, and mean what the same words on the command line mean', () => {
    const typed = new Stack(new App(), 'Photos');
    headshot(typed, 'Default', {
      production: true,
      dialects: ['slack'],
      retentionDays: 30,
      logRetentionDays: 7,
      allowedOrigins: ['https://a.example.com', 'https://b.example.com'],
      alarmEmail: 'me@example.com',
      monthlyBudget: 20,
      waf: true,
    });
    const spoken = new Stack(new App(), 'Photos');
    const settings = deploySettings({
      production: 'true',
      dialects: 'slack',
      retentionDays: '30',
      logRetentionDays: '7',
      allowedOrigins: 'https://a.example.com,https://b.example.com',
      alarmEmail: 'me@example.com',
      monthlyBudget: '20',
      waf: 'true',
    });
    service(spoken, settings, BARE_BUNDLES);
    expect(Template.fromStack(typed).toJSON()).toEqual(Template.fromStack(spoken).toJSON());
  });

  const token = Lazy.string({ produce: () => 'me@example.com' });

  test('may be tokens where CloudFormation alone needs the value', () => {
    const stack = new Stack(new App(), 'Photos');
    headshot(stack, 'Default', { alarmEmail: token });
    Template.fromStack(stack).hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'me@example.com' });
  });

  test.each([
    [{ retentionDays: 14 }, /^retentionDays is 14; it must be a whole number of at least 15/],
    [{ retentionDays: Lazy.number({ produce: () => 20 }) }, /^retentionDays is not known before it is deployed/],
    [{ letterboxColour: token }, /^letterboxColour is not known before it is deployed/],
    [{ allowedOrigins: [token] }, /^allowedOrigins is not known before it is deployed/],
    [{ dialects: ['slack', 'slack'] }, /^dialects is slack,slack; it must be one or more of slack \| twitter/],
    [{ dialects: [] }, /^dialects is ; it must be one or more of slack \| twitter/],
    [{ retentoinDays: 20 }, /^there is no setting retentoinDays; there are /],
  ])('refused, with what is allowed: %#', (props: object, message) => {
    expect(() => headshot(new Stack(new App(), 'Photos'), 'Photos', props)).toThrow(message);
  });
});

test("settings on the command line of somebody else's app are theirs", () => {
  const stack = new Stack(new App({ context: { retentionDays: 'soon', stackName: 'a b' } }), 'Theirs');
  expect(() => headshot(stack, 'Photos')).not.toThrow();
});

describe('what `npm run props` writes', () => {
  const page = readFileSync(join(PROJECT, 'docs/construct.md'), 'utf8');

  test('is the settings of today', () => {
    expect(readFileSync(join(PROJECT, 'infra/headshot-props.ts'), 'utf8')).toBe(propsInterface());
    expect(page).toContain(`\n\n${propsTable()}\n\n`);
  });

  test('has a row for each prop, with its type and default', () => {
    const [, section = ''] = /^## Props\n([\s\S]*?)^## /m.exec(page) ?? [];
    const props = [...propsInterface().matchAll(/readonly (\w+)\?:/g)].map(([, name = '']) => name);
    expect([...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(props);
    expect(section).toContain("\n| `priceClass` | `'100' \\| '200' \\| 'All'` | `'100'` | ");
    expect(section).toContain('\n| `domainName` | `string` | – | ');
  });
});
