import { describe, expect, test } from '@jest/globals';
import type { Template } from '../../local/template.ts';
import { refuseWhatAwsRefuses, TEMPLATE_RULES } from '../../local/template-rules.ts';
import { template } from '../synthesized.ts';
import { copyOf, propertiesOf } from '../template-copy.ts';

const copy = (): Template => copyOf(template.toJSON());

/** Each breaks one rule in a copy of the template. `words` is what the refusal must name. */
const BROKEN: Record<string, { what: string; break: (template: Template) => void; words: RegExp }[]> = {
  accountWideNames: [
    {
      what: 'a response headers policy without the region',
      break: (one) => {
        propertiesOf(one, 'PageHeaders').ResponseHeadersPolicyConfig = { Name: 'HeadshotPageHeaders' };
      },
      words: /PageHeaders\w+ \(AWS::CloudFront::ResponseHeadersPolicy\).*without its region$/m,
    },
    {
      what: 'a function without the stack',
      break: (one) => {
        propertiesOf(one, 'OnViewerRequest').Name = { 'Fn::Sub': `\${AWS::Region}-OnViewerRequest` };
      },
      words: /OnViewerRequest\w+ \(AWS::CloudFront::Function\).*without the stack's name$/m,
    },
    {
      what: 'a dashboard and a role with names of their own',
      break: (one) => {
        propertiesOf(one, 'Dashboard').DashboardName = 'photos';
        propertiesOf(one, 'RoleOnJob').RoleName = 'worker';
      },
      words:
        /Dashboard\w+ .* its region and the stack's name\n.*RoleOnJob|RoleOnJob.* its region and the stack's name\n.*Dashboard/,
    },
  ],
  distributionLimits: [
    {
      what: 'an edge function of more than 10 KB',
      break: (one) => {
        propertiesOf(one, 'OnViewerRequest').FunctionCode = `/*${'é'.repeat(5_119)}*/`;
      },
      words: /OnViewerRequest\w+: 10242 bytes of code, of 10240/,
    },
    {
      what: 'a security header as a custom one',
      break: (one) => {
        propertiesOf(one, 'PageHeaders').ResponseHeadersPolicyConfig = {
          Name: { 'Fn::Sub': `Headshot-\${AWS::Region}` },
          CustomHeadersConfig: { Items: [{ Header: 'X-Frame-Options', Value: 'DENY', Override: true }] },
        };
      },
      words: /PageHeaders\w+: X-Frame-Options is a security header/,
    },
    {
      what: 'a header that no origin is sent, and an error that has no page',
      break: (one) => {
        const config = propertiesOf(one, 'Host').DistributionConfig as Record<string, object[]>;
        Object.assign(config.Origins?.[0] ?? {}, { OriginCustomHeaders: [{ HeaderName: 'Host', HeaderValue: 'x' }] });
        config.CustomErrorResponses = [{ ErrorCode: 401, ErrorCachingMinTTL: 0 }];
      },
      words: /Host cannot be sent to an origin\n.*401 has no error response/,
    },
  ],
  lambdaLimits: [
    {
      what: 'environment variables of more than 4 KB',
      break: (one) => {
        const { Variables } = propertiesOf(one, 'OnRead').Environment as { Variables: Record<string, string> };
        Variables.HEADSHOT_MORE = 'x'.repeat(3_000);
      },
      words: /OnRead\w+: environment variables of \d+ bytes, of 4096/,
    },
    {
      what: "a variable of Lambda's own, and one with a hyphen",
      break: (one) => {
        propertiesOf(one, 'OnRead').Environment = { Variables: { AWS_REGION: 'x', 'A-B': 'y' } };
      },
      words: /the variable AWS_REGION is Lambda's own\n.*A-B is no name/,
    },
    {
      what: 'a queue that shows a message again before its function is done',
      break: (one) => {
        propertiesOf(one, 'Jobs').VisibilityTimeout = 9;
      },
      words: /OnJob\w+: queue visibility timeout of 9 seconds is less than the function's timeout of 10/,
    },
    {
      what: 'too long, too large, too many at once',
      break: (one) => {
        Object.assign(propertiesOf(one, 'OnSweep'), {
          Timeout: 901,
          MemorySize: 64,
          Layers: ['1', '2', '3', '4', '5', '6'],
        });
        for (const [id, { Properties }] of Object.entries(one.Resources))
          if (id.startsWith('OnSweepSqs'))
            Object.assign(Properties, { BatchSize: 11, ScalingConfig: { MaximumConcurrency: 1 } });
      },
      words:
        /Timeout is 901.*\n.*MemorySize is 64.*\n.*more than 5 layers\n[\s\S]*batches of 11[\s\S]*MaximumConcurrency is 1,/,
    },
  ],
  managedKeys: [
    {
      what: "alarms into a topic, and S3's notifications into a queue, under AWS's own keys",
      break: (one) => {
        propertiesOf(one, 'Alarms').KmsMasterKeyId = 'alias/aws/sns';
        propertiesOf(one, 'Intake').KmsMasterKeyId = { 'Fn::Sub': `arn:\${AWS::Partition}:kms:x:y:alias/aws/sqs` };
      },
      words: /AlarmFaults\w+: nothing of it would reach Alarms[\s\S]*Imports\w+: nothing of it would reach Intake/,
    },
    {
      what: 'the schedule and the subscription too',
      break: (one) => {
        propertiesOf(one, 'Sweeps').KmsMasterKeyId = 'alias/aws/sqs';
      },
      words: /Daily\w+: nothing of it would reach Sweeps[\s\S]*Sweeps\w+: nothing of it would reach Sweeps/,
    },
  ],
  stackLimits: [
    {
      what: 'notifications that overlap',
      break: (one) => {
        const { QueueConfigurations } = propertiesOf(one, 'Imports').NotificationConfiguration as {
          QueueConfigurations: object[];
        };
        const Rules = [{ Name: 'prefix', Value: 'imports/late/' }];
        QueueConfigurations.push({ ...QueueConfigurations[0], Filter: { S3Key: { Rules } } });
      },
      words: /Imports\w+: two notifications of s3:ObjectCreated:\* overlap at imports\/late\/\*/,
    },
    {
      what: 'more rights than fit into a role',
      break: (one) => {
        const { Statement } = propertiesOf(one, 'RoleOnReadDefaultPolicy').PolicyDocument as { Statement: object[] };
        for (let left = 60; left > 0; left--)
          Statement.push({ Effect: 'Allow', Action: 's3:GetObject', Resource: { Ref: 'A' } });
      },
      words: /RoleOnRead\w+: \d+ characters of inline policies, of 10240/,
    },
    {
      what: 'more resources than a stack holds, and an API that waits too long',
      break: (one) => {
        for (let more = 0; more < 400; more++)
          one.Resources[`More${more}`] = { Type: 'AWS::Logs::LogGroup', Properties: {} };
        const [, method] =
          Object.entries(one.Resources).find(([, { Type }]) => Type === 'AWS::ApiGateway::Method') ?? [];
        Object.assign(method?.Properties.Integration ?? {}, { TimeoutInMillis: 29_001 });
      },
      words: /the template: \d+ resources, of 500[\s\S]*29001 milliseconds for an integration, of 29000/,
    },
  ],
};

describe('what AWS refuses of a template', () => {
  test.each(Object.entries(TEMPLATE_RULES))('%s: nothing breaks it', (_, rule) => {
    expect(rule(copy(), 'Headshot')).toEqual([]);
  });

  test.each(Object.entries(BROKEN).flatMap(([rule, cases]) => cases.map((one) => [rule, one.what, one] as const)))(
    '%s: %s stops the start',
    (_, __, one) => {
      const broken = copy();
      one.break(broken);
      expect(() => refuseWhatAwsRefuses({ template: broken, stackName: 'Headshot' })).toThrow(one.words);
    },
  );

  test('each rule has a template that breaks it', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(Object.keys(TEMPLATE_RULES).sort());
  });
});
