import { describe, expect, test } from '@jest/globals';
import { ofType } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

describe('what holds data', () => {
  test('buckets are private, encrypted and owned by the account', () => {
    const buckets = ofType('AWS::S3::Bucket');
    expect(Object.keys(buckets).sort()).toEqual(['Imports', 'Photos', 'Raw', 'Site']);
    const sse = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } };
    for (const bucket of Object.values(buckets)) {
      expect(bucket).toMatchObject({
        BucketEncryption: { ServerSideEncryptionConfiguration: [sse] },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
    }
  });

  test('raw uploads, and what came by ticket and was left behind, expire one day after the last dead letter that may name them', () => {
    const days = Object.entries(ofType('AWS::S3::Bucket')).map(([id, bucket]) => [
      id,
      listAt(bucket, 'LifecycleConfiguration', 'Rules').flatMap((rule) => listAt(rule, 'ExpirationInDays')),
    ]);
    expect(Object.fromEntries(days)).toEqual({ Raw: [15], Photos: [], Imports: [15], Site: [] });
  });

  test('of what people put for imports nothing expires', () => {
    const rules = listAt(ofType('AWS::S3::Bucket').Imports, 'LifecycleConfiguration', 'Rules');
    expect(rules.filter((rule) => at(rule, 'ExpirationInDays')).map((rule) => at(rule, 'Prefix'))).toEqual(['direct/']);
  });

  test('any page may send a form to the bucket that files come to, and no page may do anything else', () => {
    const cors = Object.entries(ofType('AWS::S3::Bucket')).map(([id, bucket]) => [
      id,
      listAt(bucket, 'CorsConfiguration', 'CorsRules').map((rule) => [
        at(rule, 'AllowedMethods'),
        at(rule, 'AllowedOrigins'),
      ]),
    ]);
    expect(Object.fromEntries(cors)).toEqual({ Raw: [], Photos: [], Imports: [[['POST'], ['*']]], Site: [] });
  });

  test.each([
    ['AWS::S3::BucketPolicy', 4],
    ['AWS::SQS::QueuePolicy', 8],
    ['AWS::SNS::TopicPolicy', 2],
  ])('%s: each of the %i refuses what comes without TLS', (type, count) => {
    const policies = Object.values(ofType(type));
    expect(policies).toHaveLength(count);
    for (const policy of policies) {
      expect(at(policy, 'PolicyDocument', 'Statement')).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  test('these policies let in nobody but CloudFront to read, S3 to tell of imports, the schedule, and alarms to ring', () => {
    const allowed = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
      Object.entries(ofType(type)).flatMap(([id, policy]) =>
        listAt(policy, 'PolicyDocument', 'Statement')
          .filter((statement) => at(statement, 'Effect') === 'Allow')
          .map((statement) => [
            id,
            at(statement, 'Principal', 'Service'),
            at(statement, 'Action'),
            said(at(statement, 'Condition')),
          ]),
      ),
    );
    expect(allowed.sort()).toEqual([
      ['AlarmsPolicy', 'cloudwatch.amazonaws.com', 'sns:Publish', expect.stringContaining('aws:SourceAccount')],
      ['IntakePolicy', 's3.amazonaws.com', 'sqs:SendMessage', expect.stringContaining('aws:SourceAccount')],
      ['PhotosPolicy', 'cloudfront.amazonaws.com', 's3:GetObject', expect.stringContaining('AWS:SourceArn')],
      ['SitePolicy', 'cloudfront.amazonaws.com', 's3:GetObject', expect.stringContaining('AWS:SourceArn')],
      [
        'SweepsPolicy',
        'events.amazonaws.com',
        ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
        expect.stringContaining('aws:SourceArn'),
      ],
      [
        'SweepsPolicy',
        'sns.amazonaws.com',
        'sqs:SendMessage',
        expect.stringContaining('"aws:SourceArn":{"Ref":"PhotoEvents'),
      ],
    ]);
  });

  test('S3 tells of every file by ticket, of every import, and under manifests/ of the manifest only', () => {
    const configurations = listAt(
      ofType('AWS::S3::Bucket').Imports,
      'NotificationConfiguration',
      'QueueConfigurations',
    );
    expect(configurations.map((one) => [said(at(one, 'Queue')), at(one, 'Filter', 'S3Key', 'Rules')])).toEqual([
      ['Intake', [{ Name: 'prefix', Value: 'direct/' }]],
      ['Intake', [{ Name: 'prefix', Value: 'imports/' }]],
      [
        'Intake',
        [
          { Name: 'prefix', Value: 'manifests/' },
          { Name: 'suffix', Value: 'manifest.csv' },
        ],
      ],
    ]);
  });

  test.each([
    ['Jobs', 60],
    ['Bulk', 60],
    ['Intake', 120],
    ['Sweeps', 1800],
  ])(
    '%s: hidden for %i s, 6 × its consumer (10 s a job, 20 s an import, 60 s a sweep), six receives, 4 days, then 14 with an alarm',
    (name, hiddenSeconds) => {
      const queues = ofType('AWS::SQS::Queue');
      expect(queues[name]).toMatchObject({
        SqsManagedSseEnabled: true,
        VisibilityTimeout: hiddenSeconds,
        MessageRetentionPeriod: 345_600,
        RedrivePolicy: { maxReceiveCount: 6 },
      });
      expect(said(at(queues[name], 'RedrivePolicy', 'deadLetterTargetArn'))).toBe(`${name}Dead`);
      expect(queues[`${name}Dead`]).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 });

      const alarm = ofType('AWS::CloudWatch::Alarm')[`Alarm${name}Dead`];
      expect(said(at(alarm, 'Dimensions', 0, 'Value'))).toBe(`${name}Dead.QueueName`);
      expect(alarm).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
      });
    },
  );

  test('there are no other queues', () => {
    expect(Object.keys(ofType('AWS::SQS::Queue'))).toHaveLength(8);
  });

  test('a sweep begins every day', () => {
    expect(ofType('AWS::Events::Rule')).toEqual({
      Daily: expect.objectContaining({ ScheduleExpression: 'rate(1 day)', State: 'ENABLED' }),
    });
    const [target, ...more] = listAt(ofType('AWS::Events::Rule').Daily, 'Targets');
    expect([said(at(target, 'Arn')), at(target, 'Input'), more]).toEqual([
      'Sweeps',
      '{"kind":"sweep","part":"today"}',
      [],
    ]);
  });

  test('tables: string keys, restorable, on demand, no index', () => {
    // An index has keys of its own, with limits of length: a table that gets one needs a row in docs/reliability.md.
    for (const table of Object.values(ofType('AWS::DynamoDB::Table'))) {
      expect(at(table, 'GlobalSecondaryIndexes') ?? at(table, 'LocalSecondaryIndexes')).toBeUndefined();
    }
    const tables = Object.entries(ofType('AWS::DynamoDB::Table')).map(([id, table]) => {
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
      expect(at(table, 'GlobalSecondaryIndexes')).toBeUndefined();
      const key = listAt(table, 'KeySchema').map((one) => at(one, 'AttributeName'));
      const types = new Set(listAt(table, 'AttributeDefinitions').map((one) => at(one, 'AttributeType')));
      expect([...types]).toEqual(['S']);
      return [id, { key, expiry: at(table, 'TimeToLiveSpecification', 'AttributeName') }];
    });
    expect(Object.fromEntries(tables)).toEqual({
      Users: { key: ['id'], expiry: 'expires_at' },
      Teams: { key: ['id'], expiry: undefined },
      Credentials: { key: ['digest'], expiry: 'expires_at' },
      Limits: { key: ['id'], expiry: 'expires_at' },
      Uploads: { key: ['id'], expiry: 'expires_at' },
      Batches: { key: ['batch', 'file'], expiry: 'expires_at' },
    });
  });

  test('the topic is encrypted, the secrets are generated', () => {
    expect(said(at(ofType('AWS::SNS::Topic').PhotoEvents, 'KmsMasterKeyId'))).toMatch(/alias\/aws\/sns$/);
    const generated = { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } };
    expect(ofType('AWS::SecretsManager::Secret')).toMatchObject({ Master: generated, Origin: generated });
  });
});
