import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PROJECT } from '../../infra/bundles.ts';
import { serviceWith, templateWith } from '../stack-with.ts';
import { app, ofType, template } from '../synthesized.ts';
import { templateOutline } from '../template-outline.ts';
import { at, listAt, said } from '../template-parts.ts';
import { ACKNOWLEDGED } from './acknowledged-findings.ts';

// Each describes a side of the same template, so one synthesis serves all.
import './storage-checks.ts';
import './access-log-checks.ts';
import './aws-rule-checks.ts';
import './function-checks.ts';
import './host-checks.ts';
import './page-checks.ts';
import './rights-checks.ts';

describe('the template as a whole', () => {
  test('has only these types, and files for the page as the only custom resource', () => {
    const resources: Record<string, { Type: string }> = template.toJSON().Resources;
    expect([...new Set(Object.values(resources).map(({ Type }) => Type))].sort()).toEqual([
      'AWS::ApiGateway::Account',
      'AWS::ApiGateway::Deployment',
      'AWS::ApiGateway::GatewayResponse',
      'AWS::ApiGateway::Method',
      'AWS::ApiGateway::Resource',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::CloudFront::CachePolicy',
      'AWS::CloudFront::Distribution',
      'AWS::CloudFront::Function',
      'AWS::CloudFront::OriginAccessControl',
      'AWS::CloudFront::ResponseHeadersPolicy',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      'AWS::IAM::Role',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::LayerVersion',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::S3::BucketPolicy',
      'AWS::SNS::Subscription',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SecretsManager::Secret',
      'Custom::CDKBucketDeployment',
    ]);
  });

  test('has exactly these outputs', () => {
    const outputs: Record<string, { Value: unknown }> = template.toJSON().Outputs;
    expect(Object.fromEntries(Object.entries(outputs).map(([id, { Value }]) => [id, said(Value)]))).toEqual({
      Url: 'https://Host.DomainName',
      UrlSlack: 'https://Host.DomainName/api/',
      UrlTwitter: 'https://Host.DomainName/1.1/',
      DomainTarget: 'Host.DomainName',
      DistributionId: 'Host',
      BucketRaw: 'Raw',
      BucketPhotos: 'Photos',
      BucketImports: 'Imports',
      BucketSite: 'Site',
      QueueJobs: 'Jobs',
      QueueBulk: 'Bulk',
      QueueIntake: 'Intake',
      QueueSweeps: 'Sweeps',
      QueueJobsDead: 'JobsDead',
      QueueBulkDead: 'BulkDead',
      QueueIntakeDead: 'IntakeDead',
      QueueSweepsDead: 'SweepsDead',
      TableUsers: 'Users',
      TableTeams: 'Teams',
      TableCredentials: 'Credentials',
      TableLimits: 'Limits',
      TableBatches: 'Batches',
      TableUploads: 'Uploads',
      TopicPhotoEvents: 'PhotoEvents',
      TopicAlarms: 'Alarms',
      DashboardUrl: expect.stringMatching(/#dashboards\/dashboard\/Dashboard$/),
      SecretMaster: 'Master',
      SecretOrigin: 'Origin',
      AccountConcurrency: '10',
      Avatars: 'false',
      RetentionDays: '15',
      Production: 'false',
    });
  });

  test.each([14, 0, -1, 15.5, 'soon', ''])('refuses retentionDays %j', (retentionDays) => {
    expect(() => serviceWith({ retentionDays })).toThrow(/retentionDays is .*; it must be .* at least 15/);
  });

  test.each([9, 100_001, 10.5, 'many', ''])('refuses accountConcurrency %j', (accountConcurrency) => {
    expect(() => serviceWith({ accountConcurrency })).toThrow(
      /accountConcurrency is .*; it must be .* at least 10 and at most 100000/,
    );
  });

  test('refuses a colour that is none', () => {
    expect(() => serviceWith({ letterboxColour: 'black' })).toThrow(/letterboxColour is black/);
  });
});

describe('alarms', () => {
  test('each has its section in docs/operations.md, which has no other', () => {
    const page = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
    const sections = page.slice(page.indexOf('## Alarms'), page.indexOf('## What the doctor says'));
    const named = [...sections.matchAll(/^### (\S+)$/gm)].map(([, name]) => name ?? '');
    const all = templateWith({ webhooks: 'true', accountConcurrency: '12' });
    const alarms = Object.keys(ofType('AWS::CloudWatch::Alarm', all)).map((id) => id.replace('Alarm', ''));
    expect(alarms.length).toBeGreaterThan(0);
    expect(named.sort()).toEqual(alarms.sort());
  });

  test('each tells the topic, and is quiet where nothing happens', () => {
    for (const alarm of Object.values(ofType('AWS::CloudWatch::Alarm'))) {
      expect(listAt(alarm, 'AlarmActions').map(said)).toEqual(['Alarms']);
      expect(at(alarm, 'TreatMissingData')).toBe('notBreaching');
    }
  });
});

test('the template is the one that was looked at (npm run record writes it anew)', () => {
  const recorded = readFileSync(join(PROJECT, 'test/recorded/template.txt'), 'utf8');
  expect(templateOutline(template.toJSON())).toBe(recorded);
});

test.each([
  ['hashes do not show', { Code: { S3Key: `${'ab'.repeat(32)}.zip` } }, '  Code:\n    S3Key: (hash).zip'],
  ['references are names', { Bucket: { Ref: 'RawA1B2C3D4' } }, '  Bucket: Raw'],
  ['lists have dashes', { Rules: [{ b: 1, a: 2 }, { c: [] }] }, '  Rules:\n    - a: 2\n      b: 1\n    - c: []'],
])('%s', (_, Properties, lines) => {
  const text = templateOutline({ Resources: { OneA1B2C3D4: { Type: 'T', Properties } }, Outputs: {} });
  expect(text).toBe(`T One\n${lines}\n\nOutputs\n`);
});

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
