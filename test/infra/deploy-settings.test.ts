import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { SETTINGS } from '../../infra/deploy-settings.ts';
import { readServiceLimits } from '../../lambdas/edge/read-service-limits.ts';
import { accountWideNames } from '../../local/account-wide-names.ts';
import { templateSchema } from '../../local/template.ts';
import { ofType, serviceWith, templateWith } from '../stack-with.ts';
import { at, listAt, said } from '../template-parts.ts';

test("docs/deploy.md's table is the code's", () => {
  const page = readFileSync(join(PROJECT, 'docs/deploy.md'), 'utf8');
  const rows = Object.entries(SETTINGS).map(
    ([name, { standard, meaning }]) => `| \`${name}\` | ${standard === '' ? '–' : `\`${standard}\``} | ${meaning} |`,
  );
  const table = page.slice(page.indexOf('| setting | default | |\n'));
  expect(table.slice(0, table.indexOf('\n\n')).split('\n').slice(2)).toEqual(rows);
});

describe('refused, with what is allowed', () => {
  const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef';

  test.each([
    [{ retentoinDays: '20' }, /there is no setting retentoinDays; there are stackName, /],
    [{ stackName: 'a b' }, /stackName is a b; it must be letters, digits and hyphens/],
    [{ production: 'yes' }, /production is yes; it must be one of true \| false/],
    [{ domainName: 'Photos.example.com', certificateArn: CERTIFICATE }, /domainName is .* it must be a host name/],
    [{ domainName: 'photos.example.com' }, /domainName and certificateArn go together/],
    [{ certificateArn: CERTIFICATE }, /domainName and certificateArn go together/],
    [
      { domainName: 'photos.example.com', certificateArn: CERTIFICATE.replace('us-east-1', 'eu-west-1') },
      /certificateArn is .* in us-east-1/,
    ],
    [{ priceClass: '300' }, /priceClass is 300; it must be one of 100 \| 200 \| All/],
    [{ dialects: 'own' }, /dialects is own; it must be one or more of slack \| twitter/],
    [{ slackMaxBytes: '4500001' }, /slackMaxBytes is 4500001; .* at most 4500000/],
    [{ slackMinSidePx: '1025' }, /slackMinSidePx is 1025; it must be at most slackMaxSidePx, 1024/],
    [{ twitterImageRateLimit: '0' }, /twitterImageRateLimit is 0; .* at least 1/],
    [{ jobMemoryMb: '128' }, /jobMemoryMb is 128; .* at least 256/],
    [{ accountConcurrency: '9' }, /accountConcurrency is 9; .* at least 10/],
    [{ requestsPerSecond: '0' }, /requestsPerSecond is 0; .* at least 1/],
    [{ logRetentionDays: '31' }, /logRetentionDays is 31; it must be one of 1 \| /],
    [{ monthlyBudget: '0', alarmEmail: 'me@example.com' }, /monthlyBudget is 0; it must be a whole number of dollars/],
    [{ monthlyBudget: '20' }, /monthlyBudget needs alarmEmail/],
    [{ alarmEmail: 'me' }, /alarmEmail is me; it must be an e-mail address/],
    [
      { oidcIssuer: 'http://id.example.com', oidcClientId: 'page' },
      /oidcIssuer is http:.*; it must be an https address/,
    ],
    [{ oidcIssuer: 'https://id.example.com/?a=b', oidcClientId: 'page' }, /oidcIssuer is .*; it must be an https/],
    [{ oidcIssuer: "https://id.example.com'; x", oidcClientId: 'page' }, /oidcIssuer is .*; it must be an https/],
    [{ oidcIssuer: 'https://id.example.com' }, /oidcIssuer needs oidcAudience or oidcClientId/],
    [{ oidcAudience: 'api' }, /oidcAudience needs oidcIssuer/],
    [{ oidcClientId: 'page' }, /oidcClientId needs oidcIssuer/],
    [{ oidcAdminClaim: 'groups=admins' }, /oidcAdminClaim needs oidcIssuer/],
    [
      { oidcIssuer: 'https://id.example.com', oidcClientId: 'page', oidcAdminClaim: 'admins' },
      /oidcAdminClaim is admins; it must be claim=value/,
    ],
    [
      { oidcIssuer: 'https://id.example.com', oidcClientId: 'page', oidcOrigins: 'https://a.example.com/keys' },
      /oidcOrigins is .*; it must be https origins/,
    ],
  ])('%j', (context, words) => {
    expect(() => serviceWith(context)).toThrow(words);
  });
});

const dataTypes = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup'];

/** `DeletionPolicy` of everything that holds data, by logical id without its hash. */
const deletionPolicies = (template: ReturnType<typeof templateWith>) =>
  Object.fromEntries(
    dataTypes.flatMap((type) =>
      Object.entries(template.findResources(type)).map(([id, one]) => [said({ Ref: id }), one.DeletionPolicy]),
    ),
  );

describe('removal', () => {
  test('by default nothing that costs money stays', () => {
    const template = templateWith({});
    expect(new Set(Object.values(deletionPolicies(template)))).toEqual(new Set(['Delete']));
    for (const table of Object.values(ofType('AWS::DynamoDB::Table', template))) {
      expect(at(table, 'DeletionProtectionEnabled')).toBe(false);
    }
  });

  test('in production tables, buckets and the master secret stay; the rest goes', () => {
    const template = templateWith({ production: 'true' });
    const policies = Object.entries(deletionPolicies(template));
    expect(policies.filter(([, policy]) => policy === 'Delete').map(([id]) => id)).toEqual(
      expect.arrayContaining(['Origin', 'LogsOnChange', 'LogsOnRead', 'LogsOnJob', 'LogsOnImport']),
    );
    for (const [id, policy] of policies)
      expect([id, policy]).toEqual([id, /^(Origin|Logs)/.test(id) ? 'Delete' : 'Retain']);
    for (const table of Object.values(ofType('AWS::DynamoDB::Table', template))) {
      expect(at(table, 'DeletionProtectionEnabled')).toBe(true);
    }
    expect(template.toJSON().Outputs.Production.Value).toBe('true');
  });
});

describe('chosen', () => {
  test('a second stack shares no name with the first', () => {
    const namesIn = (stackName: string) => {
      const resources: Record<string, { Properties?: Record<string, unknown> }> = templateWith({ stackName }).toJSON()
        .Resources;
      // Whatever CloudFormation would take as a physical name, at the top or in a nested configuration.
      return Object.values(resources).flatMap(({ Properties = {} }) =>
        [Properties, ...Object.values(Properties)].flatMap((level) =>
          [
            'Name',
            'BucketName',
            'QueueName',
            'TopicName',
            'TableName',
            'FunctionName',
            'RoleName',
            'AlarmName',
            'LogGroupName',
            'DashboardName',
            'LayerName',
          ]
            .map((key) => at(level, key))
            .filter((name) => name !== undefined)
            .map((name) => JSON.stringify(name)),
        ),
      );
    };
    const [one, other] = [namesIn('Headshot'), namesIn('Staging')];
    expect(one.length).toBeGreaterThan(3);
    expect(one.filter((name) => other.includes(name) && !/"(Ref|Fn::GetAtt)"/.test(name))).toEqual([]);
  });

  test("a long stack name leaves every name of the account its region, and within CloudFront's 64 characters", () => {
    const stackName = `A${'b-'.repeat(49)}c`;
    const template = templateSchema.parse(templateWith({ stackName }).toJSON());
    expect(accountWideNames(template, stackName)).toEqual([]);
    const access = Object.values(template.Resources).filter(
      ({ Type }) => Type === 'AWS::CloudFront::OriginAccessControl',
    );
    const names = access.map(({ Properties }) => said(at(Properties, 'OriginAccessControlConfig', 'Name')));
    expect(names).toHaveLength(2);
    expect(names.map((name) => name.replace('AWS::Region', 'ap-southeast-1').length <= 64)).toEqual([true, true]);
  });

  test('one dialect: no API of the other, and none of its sizes', () => {
    const template = templateWith({ dialects: 'slack' });
    expect(Object.keys(ofType('AWS::ApiGateway::RestApi', template)).sort()).toEqual(['ApiOwn', 'ApiSlack']);
    const paths = listAt(
      ofType('AWS::CloudFront::Distribution', template).Host,
      'DistributionConfig',
      'CacheBehaviors',
    ).map((one) => at(one, 'PathPattern'));
    expect(paths).toEqual(['/api/*', '/v1/default-photo/*', '/v1/users/*/photo', '/v1/*', '/p/*']);
    expect(Object.keys(template.toJSON().Outputs)).not.toContain('UrlTwitter');
    const serviceLimits = at(
      ofType('AWS::Lambda::Function', template).OnJob,
      'Environment',
      'Variables',
      'HEADSHOT_SERVICE_LIMITS',
    );
    expect(readServiceLimits(String(serviceLimits)).sizeSets).toEqual(['slack']);
  });

  test('limits, memory, concurrency, processor, logs reach what they are for', () => {
    const template = templateWith({
      slackMinSidePx: '100',
      importMaxBytes: '5000000',
      heic: 'false',
      jobMemoryMb: '1024',
      importMemoryMb: '2048',
      accountConcurrency: '200',
      logRetentionDays: '7',
      priceClass: 'All',
    });
    const job = ofType('AWS::Lambda::Function', template).OnJob;
    expect(job).toMatchObject({ MemorySize: 1024, Architectures: ['x86_64'] });
    const intake = ofType('AWS::Lambda::Function', template).OnImport;
    expect(at(intake, 'MemorySize')).toBe(2048);
    for (const one of [job, intake]) {
      const { policies } = readServiceLimits(String(at(one, 'Environment', 'Variables', 'HEADSHOT_SERVICE_LIMITS')));
      expect(policies.slack).toMatchObject({
        minSidePx: 100,
        maxSidePx: 1024,
        maxBytes: 4_500_000,
        frame: 'letterbox',
      });
      expect(policies.import).toMatchObject({ maxBytes: 5_000_000, maxFrames: 10_000 });
      expect(policies.v1.formats).toEqual(['jpeg', 'png', 'gif', 'webp', 'avif']);
      expect(policies.import.formats).toEqual(policies.v1.formats);
    }
    const sources = Object.values(ofType('AWS::Lambda::EventSourceMapping', template));
    const concurrency = sources.map((source) => [
      said(at(source, 'EventSourceArn')),
      at(source, 'ScalingConfig', 'MaximumConcurrency'),
    ]);
    expect(Object.fromEntries(concurrency)).toEqual({ Jobs: 50, Bulk: 10, Intake: 10, Sweeps: 2 });
    for (const group of Object.values(ofType('AWS::Logs::LogGroup', template)))
      expect(at(group, 'RetentionInDays')).toBe(7);
    expect(at(ofType('AWS::CloudFront::Distribution', template).Host, 'DistributionConfig', 'PriceClass')).toBe(
      'PriceClass_All',
    );
  });

  test('traces, where they are asked for: every function records, and may write nothing else to everything', () => {
    const template = templateWith({ tracing: 'true' });
    const ours = Object.entries(ofType('AWS::Lambda::Function', template)).filter(([id]) => id.startsWith('On'));
    expect(ours.map(([, one]) => at(one, 'TracingConfig', 'Mode'))).toEqual(Array(5).fill('Active'));
    const statements = Object.values(ofType('AWS::IAM::Policy', template)).flatMap((policy) =>
      listAt(policy, 'PolicyDocument', 'Statement'),
    );
    const toAll = statements.filter((statement) => listAt(statement, 'Resource').map(said).includes('*'));
    // X-Ray has no resources to name.
    expect(toAll.map((statement) => listAt(statement, 'Action').sort())).toEqual(
      Array(5).fill(['xray:PutTelemetryRecords', 'xray:PutTraceSegments']),
    );
  });

  test('a name of its own', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef';
    const template = templateWith({ domainName: 'photos.example.com', certificateArn });
    expect(at(ofType('AWS::CloudFront::Distribution', template).Host, 'DistributionConfig')).toMatchObject({
      Aliases: ['photos.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(template.toJSON().Outputs.Url.Value).toBe('https://photos.example.com');
  });

  test('a budget mails at 80 and 100 per cent spent, and 100 expected; its name is of this stack and region', () => {
    expect(templateWith({ alarmEmail: 'me@example.com' }).findResources('AWS::Budgets::Budget')).toEqual({});
    const template = templateWith({ monthlyBudget: '20', alarmEmail: 'me@example.com' });
    const budget = ofType('AWS::Budgets::Budget', template).Budget;
    expect(at(budget, 'Budget')).toMatchObject({
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: 20, Unit: 'USD' },
    });
    expect(said(at(budget, 'Budget', 'BudgetName'))).toMatch(/^Headshot.*Budget-AWS::Region$/);
    const notified = listAt(budget, 'NotificationsWithSubscribers').map((one) => [
      at(one, 'Notification', 'NotificationType'),
      at(one, 'Notification', 'Threshold'),
      at(one, 'Notification', 'ThresholdType'),
      at(one, 'Subscribers', 0, 'Address'),
    ]);
    expect(notified).toEqual([
      ['ACTUAL', 80, 'PERCENTAGE', 'me@example.com'],
      ['ACTUAL', 100, 'PERCENTAGE', 'me@example.com'],
      ['FORECASTED', 100, 'PERCENTAGE', 'me@example.com'],
    ]);
    const plain = templateSchema.parse(template.toJSON());
    expect(accountWideNames(plain, 'Headshot')).toEqual([]);
    const named = structuredClone(plain);
    for (const { Type, Properties } of Object.values(named.Resources)) {
      if (Type === 'AWS::Budgets::Budget') Object.assign(Object(Properties.Budget), { BudgetName: 'photos' });
    }
    expect(accountWideNames(named, 'Headshot')).toEqual([expect.stringMatching(/Budget .* its region and the stack/)]);
  });

  test('every method of every stage is throttled, those that take uploads by their places', () => {
    const template = templateWith({ requestsPerSecond: '30' });
    const settings = Object.fromEntries(
      Object.entries(ofType('AWS::ApiGateway::Stage', template)).map(([id, stage]) => [
        id.replace(/DeploymentStage.*/, ''),
        listAt(stage, 'MethodSettings').map((one) =>
          ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'].map((key) => at(one, key)),
        ),
      ]),
    );
    const all = ['*', '/*', 300, 30];
    expect(settings).toEqual({
      ApiSlack: [all, ['ANY', '/~1api~1users.setPhoto', 4, 9]],
      ApiTwitter: [all, ['ANY', '/~11.1~1account~1update_profile_image.json', 4, 9]],
      ApiOwn: [all, ['ANY', '/~1v1~1photo', 4, 9]],
    });
  });

  test('a firewall before every stage, counting the address that the edge function saw', () => {
    const template = templateWith({ waf: 'true', wafRequestsPer5Minutes: '500' });
    const acl = ofType('AWS::WAFv2::WebACL', template).Firewall;
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
    expect(at(acl, 'Rules', 0, 'Statement', 'RateBasedStatement')).toEqual({
      Limit: 500,
      AggregateKeyType: 'FORWARDED_IP',
      ForwardedIPConfig: { HeaderName: 'x-headshot-viewer-ip', FallbackBehavior: 'NO_MATCH' },
    });
    const guarded = Object.values(ofType('AWS::WAFv2::WebACLAssociation', template)).map((one) =>
      said(at(one, 'ResourceArn')),
    );
    expect(guarded.sort()).toHaveLength(3);
    for (const arn of guarded) expect(arn).toMatch(/:apigateway:AWS::Region::\/restapis\/Api\w+\/stages\//);
  });
});
