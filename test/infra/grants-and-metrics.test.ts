import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { PROJECT } from '../../infra/bundles.ts';
import type { Headshot } from '../../infra/headshot.ts';
import type { HeadshotProps } from '../../infra/headshot-props.ts';
import { SERVICE_NAME_VARIABLE } from '../../lambdas/env.ts';
import { headshot, resourcesOf } from '../bare-headshot.ts';
import { at, listAt, said } from '../template-parts.ts';

/** Files that these import, directly or not, except for types. */
function reachedFrom(files: string[], seen = new Set<string>()): Set<string> {
  for (const file of files.filter((one) => !seen.has(one))) {
    seen.add(file);
    const imports = readFileSync(file, 'utf8').matchAll(/^import (?!type )[^']*?from '(\.[^']+)'/gm);
    reachedFrom(
      [...imports].map(([, path = '']) => join(dirname(file), path)),
      seen,
    );
  }
  return seen;
}

/** IAM's actions whose names differ from the SDK's calls. */
const ACTIONS: Record<string, string> = {
  BatchGet: 'BatchGetItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  DeleteObjects: 'DeleteObject',
  HeadObject: 'GetObject',
  ListObjectsV2: 'ListBucket',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  SendMessageBatch: 'SendMessage',
};
const SERVICES = { 'lib-dynamodb': 'dynamodb', 'client-secrets-manager': 'secretsmanager' };

/** What every command but the doctor asks of AWS, read from its source. */
function actionsOfCommandLine(): string[] {
  const commands = readdirSync(join(PROJECT, 'cli')).filter((name) => name.endsWith('.ts'));
  const stores = [...reachedFrom(commands.map((name) => join(PROJECT, 'cli', name)))].filter((file) =>
    file.includes('/lambdas/store/'),
  );
  const asked = stores.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^import \{([^}]*)\} from '@aws-sdk\/([\w-]+)'/gm)].flatMap(
      ([, names = '', library = '']) =>
        [...names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].map(([, command, paginated]) => {
          const call = command ?? paginated ?? '';
          const service = SERVICES[library as keyof typeof SERVICES] ?? library.replace('client-', '');
          return `${service}:${ACTIONS[call] ?? call}`;
        }),
    ),
  );
  return [...new Set(asked)].sort();
}

describe('what others are given', () => {
  /** The statements of a role's policy that `grant` made, for people. */
  function grantedBy(
    grant: (photos: Headshot, role: Role) => void,
    props: HeadshotProps = {},
  ): Record<string, string[]> {
    const stack = new Stack(new App(), 'Web');
    const role = new Role(stack, 'Theirs', { assumedBy: new AccountRootPrincipal() });
    grant(headshot(stack, 'Photos', props), role);
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
    expect([...new Set(Object.keys(granted).flatMap((actions) => actions.split(' ')))].sort()).toEqual(
      actionsOfCommandLine(),
    );
    expect(by('secretsmanager').map(([, on]) => on)).toEqual([['Master']]);
    expect(
      Object.values(granted)
        .flat()
        .filter((on) => on === '*'),
    ).toEqual([]);
  });

  test('grantAdmin: webhooks too, where there are any', () => {
    const granted = grantedBy((photos, role) => photos.grantAdmin(role), { webhooks: true, accountConcurrency: 12 });
    const on = (service: string) => Object.entries(granted).find(([actions]) => actions.startsWith(service))?.[1];
    expect(on('dynamodb')).toContain('Webhooks');
    expect(on('sqs')).toEqual(expect.arrayContaining(['Hooks', 'HooksDead']));
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
    // What the functions of the first service call it.
    const functions = resourcesOf(stack, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('PhotosOnJob'));
    expect(
      functions.map(([, { Properties }]) => at(Properties, 'Environment', 'Variables', SERVICE_NAME_VARIABLE)),
    ).toEqual([serviceOf(photos)]);
    expect(serviceOf(faces)).not.toBe(serviceOf(photos));
  });
});
