import { describe, expect, test } from '@jest/globals';
import { serviceWith } from '../stack-with.ts';
import { template } from '../synthesized.ts';
import { said } from '../template-parts.ts';

// Each describes a side of the same template, so one synthesis serves all.
import './storage-checks.ts';
import './access-log-checks.ts';
import './alarm-checks.ts';
import './aws-rule-checks.ts';
import './function-checks.ts';
import './host-checks.ts';
import './page-checks.ts';
import './outline-checks.ts';
import './nag-checks.ts';
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
