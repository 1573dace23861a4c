import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { PROJECT } from '../../infra/bundles.ts';
import type { HeadshotProps } from '../../infra/headshot-props.ts';
import { accountWideNames } from '../../local/account-wide-names.ts';
import { templateSchema } from '../../local/template.ts';
import { headshot, resourcesOf } from '../bare-headshot.ts';

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

describe("somebody else's stack", () => {
  const cdkJson: { context: Record<string, unknown> } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));

  test('whose cdk.json has no feature flags gets what ours gets', () => {
    const without = new Stack(new App(), 'Web');
    const withAll = new Stack(new App(cdkJson), 'Web');
    const [plain, flagged] = [without, withAll].map((stack) => {
      headshot(stack, 'Photos');
      const { Resources }: { Resources: Record<string, { Type: string }> } = Template.fromStack(
        stack,
      ).toJSON() as never;
      return Object.entries(Resources).map(([id, { Type }]) => `${Type} ${id}`);
    });
    expect(plain?.sort()).toEqual(flagged?.sort());
  });

  test('may name account and region, be protected, and stand in a stage', () => {
    const env = { account: '111122223333', region: 'ap-southeast-2' };
    const stack = new Stack(new Stage(new App(), 'Live', { env }), 'Web', { terminationProtection: true });
    headshot(stack, 'Photos', { waf: true });
    expect(stack.terminationProtection).toBe(true);
    const [[, acl] = ['', { Properties: {} }]] = resourcesOf(stack, 'AWS::WAFv2::WebACL');
    expect(acl.Properties.Scope).toBe('REGIONAL');
    const names = resourcesOf(stack, 'AWS::CloudFront::CachePolicy').map(([, { Properties }]) =>
      String(Object(Properties.CachePolicyConfig).Name),
    );
    expect(names).toHaveLength(3);
    for (const name of names) expect(name).toMatch(/^Live-Web.*-ap-southeast-2$/);
  });

  test('may take its certificate from a stack in us-east-1', () => {
    const app = new App();
    const account = '111122223333';
    const edge = new Stack(app, 'Edge', { env: { account, region: 'us-east-1' }, crossRegionReferences: true });
    const stack = new Stack(app, 'Web', { env: { account, region: 'eu-central-1' }, crossRegionReferences: true });
    const domainName = 'photos.example.com';
    const { certificateArn } = new Certificate(edge, 'Certificate', { domainName });
    headshot(stack, 'Photos', { domainName, certificateArn });
    const [[, host] = ['', { Properties: {} }]] = resourcesOf(stack, 'AWS::CloudFront::Distribution');
    expect(JSON.stringify(Object(host.Properties.DistributionConfig).ViewerCertificate)).toMatch(/cdk\/exports\/Web/);
  });

  test('may be nested, and its path long: names keep within what AWS allows', () => {
    const ids = ['x'.repeat(95), 'y'.repeat(94)];
    const nested = new NestedStack(new Stack(new App(), 'Web'), 'Nested');
    const scope = ids.reduce((above: Construct, id) => new Construct(above, id), nested);
    const photos = headshot(scope, 'Photos');
    const template = templateSchema.parse(Template.fromStack(nested).toJSON());
    expect(accountWideNames(template, 'Web')).toEqual([]);
    for (const id of Object.keys(template.Resources)) expect(id.length).toBeLessThanOrEqual(255);
    expect(Math.max(...Object.keys(template.Resources).map((id) => id.length))).toBe(255);
    expect(() => headshot(scope, 'Photos2')).toThrow(/the path .* has 196 letters and digits .* it may have 195/);
    const { dimensions = [] } = photos.metricFaults().toMetricConfig().metricStat ?? {};
    expect(dimensions.map(({ value }) => String(value).length <= 255)).toEqual([true]);
  });

  test('sets the role of API Gateway once, whoever sets it first', () => {
    const two = new Stack(new App(), 'Web');
    for (const id of ['Photos', 'Faces']) headshot(two, id);
    expect(resourcesOf(two, 'AWS::ApiGateway::Account')).toHaveLength(1);
    const own = new Stack(new App(), 'Web');
    new RestApi(own, 'Own', { cloudWatchRole: true }).root.addMethod('GET');
    headshot(own, 'Photos');
    expect(resourcesOf(own, 'AWS::ApiGateway::Account').map(([id]) => id)).toEqual([expect.stringMatching(/^Own/)]);
    const none = new Stack(new App(), 'Web');
    headshot(none, 'Photos', { accessLogs: false });
    expect(resourcesOf(none, 'AWS::ApiGateway::Account')).toEqual([]);
  });

  test('keeps its own functions out of the alarms, and its tables out of the removal policy', () => {
    const stack = new Stack(new App(), 'Web');
    new Table(stack, 'Theirs', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    headshot(stack, 'Photos');
    const policies = Object.entries(Template.fromStack(stack).findResources('AWS::DynamoDB::Table')).map(
      ([id, { DeletionPolicy }]) => `${id.startsWith('Theirs') ? 'theirs' : 'ours'} ${DeletionPolicy}`,
    );
    expect(new Set(policies)).toEqual(new Set(['theirs Retain', 'ours Delete']));
  });
});
