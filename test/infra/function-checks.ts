import { describe, expect, test } from '@jest/globals';
import { type Entry, MALLOC_VARIABLES, NEEDS, SERVICE_NAME_VARIABLE, VARIABLES } from '../../lambdas/env.ts';
import { ofType, template } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

/**
 * Everything that each function may do, as `action resource`. `Raw/raw/*` is the objects under `raw/` in the raw
 * bucket.
 */
const RIGHTS: Record<string, string[]> = {
  OnChange: [
    'dynamodb:GetItem Credentials',
    'dynamodb:GetItem Limits',
    'dynamodb:GetItem Teams',
    'dynamodb:GetItem Uploads',
    'dynamodb:GetItem Users',
    'dynamodb:PutItem Limits',
    'dynamodb:PutItem Uploads',
    'dynamodb:UpdateItem Limits',
    'dynamodb:UpdateItem Uploads',
    'dynamodb:UpdateItem Users',
    'logs:CreateLogStream LogsOnChange',
    'logs:PutLogEvents LogsOnChange',
    's3:DeleteObject Photos/*',
    's3:DeleteObject Raw/raw/*',
    's3:ListBucket Photos',
    's3:PutObject Imports/direct/*',
    's3:PutObject Raw/raw/*',
    'secretsmanager:GetSecretValue Master',
    'secretsmanager:GetSecretValue Origin',
    'sns:Publish PhotoEvents',
    'sqs:GetQueueAttributes Jobs',
    'sqs:SendMessage Jobs',
    'sqs:SendMessage Sweeps',
  ],
  OnRead: [
    'dynamodb:GetItem Credentials',
    'dynamodb:GetItem Teams',
    'dynamodb:GetItem Uploads',
    'dynamodb:GetItem Users',
    'dynamodb:PutItem Limits',
    'dynamodb:UpdateItem Limits',
    'logs:CreateLogStream LogsOnRead',
    'logs:PutLogEvents LogsOnRead',
    'secretsmanager:GetSecretValue Master',
    'secretsmanager:GetSecretValue Origin',
  ],
  OnJob: [
    'dynamodb:DeleteItem Uploads',
    'dynamodb:GetItem Uploads',
    'dynamodb:GetItem Users',
    'dynamodb:UpdateItem Uploads',
    'dynamodb:UpdateItem Users',
    'logs:CreateLogStream LogsOnJob',
    'logs:PutLogEvents LogsOnJob',
    's3:DeleteObject Photos/*',
    's3:DeleteObject Raw/raw/*',
    's3:GetObject Raw/raw/*',
    's3:ListBucket Photos',
    's3:ListBucket Raw',
    's3:PutObject Photos/*',
    'sns:Publish PhotoEvents',
    'sqs:ChangeMessageVisibility Bulk',
    'sqs:ChangeMessageVisibility Jobs',
    'sqs:DeleteMessage Bulk',
    'sqs:DeleteMessage Jobs',
    'sqs:GetQueueAttributes Bulk',
    'sqs:GetQueueAttributes Jobs',
    'sqs:GetQueueUrl Bulk',
    'sqs:GetQueueUrl Jobs',
    'sqs:ReceiveMessage Bulk',
    'sqs:ReceiveMessage Jobs',
  ],
  OnImport: [
    'dynamodb:DeleteItem Uploads',
    'dynamodb:GetItem Batches',
    'dynamodb:GetItem Uploads',
    'dynamodb:GetItem Users',
    'dynamodb:PutItem Batches',
    'dynamodb:PutItem Uploads',
    'dynamodb:Query Batches',
    'dynamodb:UpdateItem Batches',
    'dynamodb:UpdateItem Uploads',
    'dynamodb:UpdateItem Users',
    'logs:CreateLogStream LogsOnImport',
    'logs:PutLogEvents LogsOnImport',
    's3:DeleteObject Imports/direct/*',
    's3:DeleteObject Raw/raw/*',
    's3:GetObject Imports/direct/*',
    's3:GetObject Imports/imports/*',
    's3:GetObject Imports/manifests/*',
    's3:ListBucket Imports',
    's3:PutObject Raw/raw/*',
    'sqs:ChangeMessageVisibility Intake',
    'sqs:DeleteMessage Intake',
    'sqs:GetQueueAttributes Intake',
    'sqs:GetQueueUrl Intake',
    'sqs:ReceiveMessage Intake',
    'sqs:SendMessage Bulk',
    'sqs:SendMessage Intake',
    'sqs:SendMessage Jobs',
  ],
  OnSweep: [
    'cloudfront:CreateInvalidation arn:AWS::Partition:cloudfront::AWS::AccountId:distribution/Host',
    'dynamodb:BatchGetItem Uploads',
    'dynamodb:DeleteItem Batches',
    'dynamodb:DeleteItem Credentials',
    'dynamodb:DeleteItem Limits',
    'dynamodb:DeleteItem Uploads',
    'dynamodb:DeleteItem Users',
    'dynamodb:GetItem Users',
    'dynamodb:PutItem Users',
    'dynamodb:Query Batches',
    'dynamodb:Scan Batches',
    'dynamodb:Scan Credentials',
    'dynamodb:Scan Limits',
    'dynamodb:Scan Uploads',
    'dynamodb:Scan Users',
    'dynamodb:UpdateItem Limits',
    'dynamodb:UpdateItem Users',
    'logs:CreateLogStream LogsOnSweep',
    'logs:PutLogEvents LogsOnSweep',
    's3:DeleteObject Imports/direct/*',
    's3:DeleteObject Imports/imports/*',
    's3:DeleteObject Imports/manifests/*',
    's3:DeleteObject Photos/*',
    's3:DeleteObject Raw/raw/*',
    's3:ListBucket Imports',
    's3:ListBucket Photos',
    's3:ListBucket Raw',
    'sns:Publish PhotoEvents',
    'sqs:ChangeMessageVisibility Sweeps',
    'sqs:DeleteMessage Sweeps',
    'sqs:GetQueueAttributes Jobs',
    'sqs:GetQueueAttributes Sweeps',
    'sqs:GetQueueUrl Sweeps',
    'sqs:ReceiveMessage Sweeps',
    'sqs:SendMessage Sweeps',
  ],
};

const ENTRY_OF: Record<string, Entry> = {
  OnChange: 'change',
  OnRead: 'read',
  OnJob: 'job',
  OnImport: 'import',
  OnSweep: 'sweep',
};

/** All but the CDK's own, which only CloudFormation calls (`page-checks.ts`). */
const ours = () =>
  Object.fromEntries(
    Object.entries(ofType('AWS::Lambda::Function')).filter(([id]) => !id.startsWith('CustomCDKBucketDeployment')),
  );

describe('functions', () => {
  test('are these, with their time and memory; only those that touch pictures have sharp', () => {
    const shapes = Object.entries(ours()).map(([id, one]) => {
      expect(one).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['x86_64'],
        ...(/^On(Import|Sweep)$/.test(id) && { RecursiveLoop: 'Allow' }),
        LoggingConfig: { LogGroup: { Ref: expect.stringMatching(`^Logs${id}`) } },
      });
      expect(at(one, 'ReservedConcurrentExecutions')).toBeUndefined();
      expect(at(one, 'TracingConfig')).toBeUndefined();
      return [id, [at(one, 'Timeout'), at(one, 'MemorySize'), listAt(one, 'Layers').map(said)]];
    });
    expect(Object.fromEntries(shapes)).toEqual({
      OnChange: [15, 1024, ['SharpLayer']],
      OnRead: [10, 512, []],
      OnJob: [10, 1769, ['SharpLayer']],
      OnImport: [20, 1769, ['SharpLayer']],
      OnSweep: [300, 512, []],
    });
  });

  test('a fresh account is enough: nothing of it is reserved', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toContain('ReservedConcurrentExecutions');
    expect(text).not.toContain('ProvisionedConcurren');
  });

  test.each(Object.keys(RIGHTS))('%s may do this and nothing else', (id) => {
    const policies = Object.values(ofType('AWS::IAM::Policy')).filter((policy) =>
      listAt(policy, 'Roles').some((role) => said(role) === `Role${id}`),
    );
    const statements = policies.flatMap((policy) => listAt(policy, 'PolicyDocument', 'Statement'));
    expect(statements.map((statement) => at(statement, 'Effect'))).not.toContain('Deny');
    const rights = statements.flatMap((statement) =>
      listAt(statement, 'Action').flatMap((action) =>
        listAt(statement, 'Resource').map((resource) => `${said(action)} ${said(resource)}`),
      ),
    );
    expect([...new Set(rights)].sort()).toEqual(RIGHTS[id]);
  });

  test('nothing may do something to everything; no service is given as a whole', () => {
    const statements = Object.values(ofType('AWS::IAM::Policy')).flatMap((policy) =>
      listAt(policy, 'PolicyDocument', 'Statement'),
    );
    expect(statements.filter((statement) => listAt(statement, 'Resource').map(said).includes('*'))).toEqual([]);
    const actions = statements.flatMap((statement) => listAt(statement, 'Action').map(String));
    expect(actions.filter((action) => /^\*$|:\*$/.test(action))).toEqual([]);
  });

  test('roles have no rights but these', () => {
    // API Gateway's own role is in `access-log-checks.ts`.
    const { RoleApiGatewayLogs: _, ...roles } = ofType('AWS::IAM::Role');
    expect(Object.keys(roles).sort()).toEqual([
      'RoleOnChange',
      'RoleOnImport',
      'RoleOnJob',
      'RoleOnRead',
      'RoleOnSweep',
      'RolePageFiles',
    ]);
    for (const role of Object.values(roles)) {
      expect(at(role, 'ManagedPolicyArns')).toBeUndefined();
      expect(at(role, 'Policies')).toBeUndefined();
    }
  });

  test.each(Object.entries(ENTRY_OF))('%s is given the variables that env.ts says it needs', (id, entry) => {
    const given = at(ofType('AWS::Lambda::Function')[id], 'Environment', 'Variables');
    const needed = NEEDS[entry].map((variable) => VARIABLES[variable]);
    // To read and to remove, no picture need be decoded.
    const settings = entry === 'read' || entry === 'sweep' ? [] : Object.keys(MALLOC_VARIABLES);
    expect(Object.keys(given ?? {}).sort()).toEqual([...needed, ...settings, SERVICE_NAME_VARIABLE].sort());
  });

  test('logs are kept for a month', () => {
    const groups = Object.values(ofType('AWS::Logs::LogGroup'));
    expect(groups.filter((group) => at(group, 'RetentionInDays') !== 30)).toEqual([]);
    // Each function has a group of its own, and so have the function that fills the page's bucket, and API Gateway.
    expect(groups).toHaveLength(7);
  });

  test('jobs and bulk feed the same function, intake and sweeps others; one message at a time, within a fresh account', () => {
    const sources = Object.values(ofType('AWS::Lambda::EventSourceMapping')).map((source) => {
      expect(source).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
      return [
        said(at(source, 'EventSourceArn')),
        said(at(source, 'FunctionName')),
        at(source, 'ScalingConfig', 'MaximumConcurrency'),
      ];
    });
    expect(sources.sort()).toEqual([
      ['Bulk', 'OnJob', 2],
      ['Intake', 'OnImport', 2],
      ['Jobs', 'OnJob', 2],
      ['Sweeps', 'OnSweep', 2],
    ]);
  });
});
