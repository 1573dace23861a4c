import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { Headshot } from '../../infra/headshot.ts';
import { SERVICE_NAME_VARIABLE } from '../../lambdas/env.ts';
import { headshot, resourcesOf } from '../bare-headshot.ts';
import { at, listAt, said } from '../template-parts.ts';

describe('what others are given', () => {
  /** The statements of the policy of a role that was granted something, said by a person. */
  function grantedBy(grant: (photos: Headshot, role: Role) => void): Record<string, string[]> {
    const stack = new Stack(new App(), 'Web');
    const role = new Role(stack, 'Theirs', { assumedBy: new AccountRootPrincipal() });
    grant(headshot(stack, 'Photos'), role);
    const policies = resourcesOf(stack, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('Theirs'));
    const statements = policies.flatMap(([, { Properties }]) => listAt(Properties, 'PolicyDocument', 'Statement'));
    return Object.fromEntries(
      statements.map((one) => [
        listAt(one, 'Action').join(' '),
        listAt(one, 'Resource').map((arn) => said(arn).replaceAll('Photos', '')),
      ]),
    );
  }

  test('grantImport: two folders of one bucket', () => {
    expect(grantedBy((photos, role) => photos.grantImport(role))).toEqual({
      's3:PutObject s3:AbortMultipartUpload': ['Imports/imports/*', 'Imports/manifests/*'],
    });
  });

  test('grantAdmin: what the command line calls, on the parts of this service', () => {
    const granted = grantedBy((photos, role) => photos.grantAdmin(role));
    const by = (service: string) => Object.entries(granted).filter(([actions]) => actions.startsWith(service));
    expect(by('dynamodb').map(([, on]) => on)).toEqual([
      ['Users', 'Teams', 'Credentials', 'Uploads', 'Limits', 'Batches'],
    ]);
    expect(
      Object.keys(granted)
        .flatMap((actions) => actions.split(' '))
        .sort(),
    ).toEqual([
      'cloudformation:DescribeStacks',
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'dynamodb:UpdateItem',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'sns:Publish',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
    ]);
    expect(by('secretsmanager').map(([, on]) => on)).toEqual([['Master']]);
    expect(
      Object.values(granted)
        .flat()
        .filter((on) => on === '*'),
    ).toEqual([]);
  });

  test("metrics are this service's: all sources together for an alarm, or one", () => {
    const stack = new Stack(new App(), 'Web');
    const [photos, faces] = ['Photos', 'Faces'].map((id) => headshot(stack, id));
    new Alarm(stack, 'Quiet', {
      metric: photos?.metricPublished() ?? new Metric({ namespace: '', metricName: '' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    });
    const [[, quiet] = ['', { Properties: {} }]] = resourcesOf(stack, 'AWS::CloudWatch::Alarm').filter(([id]) =>
      id.startsWith('Quiet'),
    );
    const metrics = listAt(quiet.Properties, 'Metrics');
    expect(metrics.map((one) => at(one, 'Expression')).filter(Boolean)).toEqual(['SUM([slack,twitter,v1,import])']);
    const sources = metrics.flatMap((one) =>
      listAt(one, 'MetricStat', 'Metric', 'Dimensions').map((d) => at(d, 'Value')),
    );
    expect(sources).toEqual(expect.arrayContaining(['slack', 'twitter', 'v1', 'import']));
    const serviceOf = (one?: Headshot) =>
      one
        ?.metricPublished({ source: 'v1' })
        .toMetricConfig()
        .metricStat?.dimensions?.find(({ name }) => name === 'service')?.value;
    // What the functions of the first say of themselves.
    const functions = resourcesOf(stack, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('PhotosOnJob'));
    expect(
      functions.map(([, { Properties }]) => at(Properties, 'Environment', 'Variables', SERVICE_NAME_VARIABLE)),
    ).toEqual([serviceOf(photos)]);
    expect(serviceOf(faces)).not.toBe(serviceOf(photos));
  });
});
