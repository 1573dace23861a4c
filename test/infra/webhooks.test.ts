import { describe, expect, test } from '@jest/globals';
import { NEEDS, SERVICE_NAME_VARIABLE, VARIABLES } from '../../lambdas/env.ts';
import { ofType, serviceWith, templateWith } from '../stack-with.ts';
import { at, listAt, said } from '../template-parts.ts';

const withWebhooks = templateWith({ webhooks: 'true', accountConcurrency: '12' });

const template = templateWith({});

/** What only the first of two templates has, as `type name`. */
const only = (these: typeof template, those: typeof template): string[] => {
  const names = (one: typeof template) =>
    Object.entries(one.toJSON().Resources as Record<string, { Type: string }>).map(
      // The CDK names these after the path of another resource.
      ([id, { Type }]) => `${Type} ${said({ Ref: id }).replace(/Headshot.*$/, '')}`,
    );
  const others = new Set(names(those));
  return names(these)
    .filter((name) => !others.has(name))
    .sort();
};

describe('webhooks', () => {
  test('are off by default: nothing of them is in the template', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/Webhook|Hooks|OnHook|EveryMinute/);
  });

  test('bring these resources, and take none away', () => {
    expect(only(template, withWebhooks).filter((name) => !/Deployment/.test(name))).toEqual([]);
    expect(only(withWebhooks, template).filter((name) => !/Deployment/.test(name))).toEqual([
      'AWS::CloudWatch::Alarm AlarmHooksAge',
      'AWS::CloudWatch::Alarm AlarmHooksDead',
      'AWS::CloudWatch::Alarm AlarmOnHookErrors',
      'AWS::CloudWatch::Alarm AlarmWebhookDisabled',
      'AWS::DynamoDB::Table Webhooks',
      'AWS::Events::Rule EveryMinute',
      'AWS::IAM::Policy RoleOnHookDefaultPolicy',
      'AWS::IAM::Role RoleOnHook',
      'AWS::Lambda::EventSourceMapping OnHookSqsEventSource',
      'AWS::Lambda::Function OnHook',
      'AWS::Logs::LogGroup LogsOnHook',
      'AWS::SNS::Subscription Hooks',
      'AWS::SQS::Queue Hooks',
      'AWS::SQS::Queue HooksDead',
      'AWS::SQS::QueuePolicy HooksDeadPolicy',
      'AWS::SQS::QueuePolicy HooksPolicy',
    ]);
  });

  test('take no place that uploads have: the two of their own are beyond a fresh account’s ten', () => {
    const maxima = (from: typeof template) =>
      Object.values(ofType('AWS::Lambda::EventSourceMapping', from)).map((one) => [
        said(at(one, 'EventSourceArn')),
        at(one, 'ScalingConfig', 'MaximumConcurrency'),
      ]);
    expect(Object.fromEntries(maxima(withWebhooks))).toEqual({ ...Object.fromEntries(maxima(template)), Hooks: 2 });
    const throttles = (from: typeof template) =>
      Object.values(ofType('AWS::ApiGateway::Stage', from)).map((one) => at(one, 'MethodSettings'));
    expect(throttles(withWebhooks)).toEqual(throttles(template));
    expect(() => serviceWith({ webhooks: 'true', accountConcurrency: '11' })).toThrow(
      /webhooks needs accountConcurrency of at least 12/,
    );
    expect(() => serviceWith({ webhooks: 'true' })).toThrow(/at least 12, and it is 10/);
    expect(() => serviceWith({ webhookPorts: '443,x' })).toThrow(/webhookPorts is 443,x; it must be port numbers/);
  });

  test('the function may read what it signs by, keep what waits, and give up what cannot be delivered; nothing else', () => {
    const statements = Object.values(ofType('AWS::IAM::Policy', withWebhooks))
      .filter((policy) => listAt(policy, 'Roles').some((role) => said(role) === 'RoleOnHook'))
      .flatMap((policy) => listAt(policy, 'PolicyDocument', 'Statement'));
    const rights = statements.flatMap((one) =>
      listAt(one, 'Action').flatMap((action) => listAt(one, 'Resource').map((on) => `${said(action)} ${said(on)}`)),
    );
    expect(rights.sort()).toEqual([
      'dynamodb:DeleteItem Webhooks',
      'dynamodb:GetItem Webhooks',
      'dynamodb:PutItem Webhooks',
      'dynamodb:Query Webhooks',
      'dynamodb:UpdateItem Webhooks',
      'logs:CreateLogStream LogsOnHook',
      'logs:PutLogEvents LogsOnHook',
      'secretsmanager:GetSecretValue Master',
      'sqs:ChangeMessageVisibility Hooks',
      'sqs:DeleteMessage Hooks',
      'sqs:GetQueueAttributes Hooks',
      'sqs:GetQueueUrl Hooks',
      'sqs:ReceiveMessage Hooks',
      'sqs:SendMessage HooksDead',
    ]);
    const given = at(ofType('AWS::Lambda::Function', withWebhooks).OnHook, 'Environment', 'Variables');
    expect(Object.keys(given ?? {}).sort()).toEqual(
      [...NEEDS.hook.map((variable) => VARIABLES[variable]), SERVICE_NAME_VARIABLE].sort(),
    );
    expect(said(at(given, 'HEADSHOT_PUBLIC_URL'))).toBe('https://Host.DomainName');
  });

  test('are worked on by HTTP where there are administrators, and only there', () => {
    const oidc = { oidcIssuer: 'https://id.example.com', oidcClientId: 'page', oidcAdminClaim: 'groups=admins' };
    const rightsOf = (from: typeof template): string[] =>
      Object.values(ofType('AWS::IAM::Policy', from))
        .filter((policy) => listAt(policy, 'Roles').some((role) => said(role) === 'RoleOnChange'))
        .flatMap((policy) => listAt(policy, 'PolicyDocument', 'Statement'))
        .flatMap((one) =>
          listAt(one, 'Action').flatMap((action) => listAt(one, 'Resource').map((on) => `${said(action)} ${said(on)}`)),
        );
    const toldOf = (from: typeof template) =>
      said(at(ofType('AWS::Lambda::Function', from).OnChange, 'Environment', 'Variables', 'HEADSHOT_WEBHOOK_PARTS'));
    const both = templateWith({ ...oidc, webhooks: 'true', accountConcurrency: '12' });
    const administratorsAlone = templateWith(oidc);
    expect(rightsOf(withWebhooks)).toEqual(rightsOf(template));
    expect([toldOf(withWebhooks), toldOf(administratorsAlone)]).toEqual(['null', 'null']);
    const before = new Set(rightsOf(administratorsAlone));
    expect(
      rightsOf(both)
        .filter((right) => !before.has(right))
        .sort(),
    ).toEqual([
      'dynamodb:DeleteItem Webhooks',
      'dynamodb:GetItem Webhooks',
      'dynamodb:PutItem Webhooks',
      'dynamodb:Query Webhooks',
      'dynamodb:UpdateItem Webhooks',
      'sqs:SendMessage Hooks',
    ]);
    expect(toldOf(both)).toContain('"ports":"443"');
  });

  test('hear the events that there are, and run what is due every minute; a message is hidden for six times the function’s time', () => {
    expect(
      Object.entries(ofType('AWS::SNS::Subscription', withWebhooks)).find(([id]) => id.startsWith('Hooks'))?.[1],
    ).toMatchObject({
      RawMessageDelivery: true,
      FilterPolicy: {
        type: ['photo.published', 'photo.restored', 'photo.deleted', 'user.erased', 'upload.refused', 'upload.failed'],
      },
    });
    expect(ofType('AWS::Events::Rule', withWebhooks).EveryMinute).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Input: '{"kind":"run"}' }],
    });
    expect(at(ofType('AWS::Lambda::Function', withWebhooks).OnHook, 'Timeout')).toBe(60);
    expect(at(ofType('AWS::SQS::Queue', withWebhooks).Hooks, 'VisibilityTimeout')).toBe(360);
    // It never sends to its own queue, so there can be no loop.
    expect(at(ofType('AWS::Lambda::Function', withWebhooks).OnHook, 'RecursiveLoop')).toBeUndefined();
  });
});
