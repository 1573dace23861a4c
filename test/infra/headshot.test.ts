import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { deploySettings } from '../../infra/deploy-settings.ts';
import { Headshot, type HeadshotProps } from '../../infra/headshot.ts';
import { service } from '../../infra/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'headshot-code-'));
writeFileSync(join(folder, 'index.mjs'), 'export const handler = () => undefined;');
afterAll(() => rmSync(folder, { recursive: true }));

/** What the functions run is not looked at, so nothing is built. */
const BUNDLES = {
  change: folder,
  read: folder,
  job: folder,
  import: folder,
  sweep: folder,
  sharpLayer: folder,
  page: folder,
  edgeScript: 'function handler(event) { return event.request; }',
};

const headshot = (scope: Construct, id: string, props: HeadshotProps = {}) => new Headshot(scope, id, props, BUNDLES);

test('by the name Default it has the logical ids that the same resources have right under the stack', () => {
  const bare = new Stack(new App(), 'Photos');
  service(bare, deploySettings({}), BUNDLES);
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
    service(spoken, settings, BUNDLES);
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

test("a name that is an account's is another for each construct, stack and stage", () => {
  const namesBelow = (stack: Stack) =>
    Object.values<{ Type: string; Properties?: object }>(Template.fromStack(stack).toJSON().Resources).flatMap(
      ({ Type, Properties = {} }) =>
        [...JSON.stringify(Properties).matchAll(/"(?:Name|BudgetName)":(\{"Fn::Join":.*?\]\]\}|"[^"]+")/g)]
          .filter(() => /CloudFront|Budgets|RestApi$/.test(Type))
          .map(([, name]) => `${Type} ${name}`),
    );
  const props: HeadshotProps = { alarmEmail: 'me@example.com', monthlyBudget: 20 };
  const app = new App();
  const stacks = [
    new Stack(new Stage(app, 'Beta'), 'Web'),
    new Stack(new Stage(app, 'Live'), 'Web'),
    new Stack(app, 'Web'),
  ];
  for (const stack of stacks) for (const id of ['Photos', 'Faces']) headshot(stack, id, props);
  const names = stacks.flatMap(namesBelow);
  expect(names).toHaveLength(3 * 2 * 12);
  expect(new Set(names).size).toBe(names.length);
});
