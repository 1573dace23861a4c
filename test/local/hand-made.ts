import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const made: string[] = [];
afterAll(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

export type Resources = Record<string, { Type: string; Properties: object }>;

/**
 * A cloud assembly made by hand, as small as the test needs. Everybody may do everything in it: other tests have
 * permissions.
 * @param code the source of each function's `index.mjs`, by the name given to `lambda`
 * @returns its folder
 */
export function handMade(resources: Resources, code: Record<string, string> = {}, outputs: object = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'headshot-assembly-'));
  made.push(dir);
  const files = Object.fromEntries(
    Object.keys(code).map((name) => [
      name,
      { source: { path: `asset.${name}` }, destinations: { here: { objectKey: `${name}.zip` } } },
    ]),
  );
  for (const [name, source] of Object.entries(code)) {
    mkdirSync(join(dir, `asset.${name}`), { recursive: true });
    writeFileSync(join(dir, `asset.${name}`, 'index.mjs'), source);
  }
  const Resources = { ...resources, ...openTo(Object.entries(resources)) };
  writeFileSync(join(dir, 'Hand.template.json'), JSON.stringify({ Resources, Outputs: outputs }));
  writeFileSync(join(dir, 'Hand.assets.json'), JSON.stringify({ files }));
  return dir;
}

/** Endpoints of no service: for tests that call none. */
export const NOWHERE = {
  s3: 'http://127.0.0.1:1',
  sqs: 'http://127.0.0.1:1',
  sns: 'http://127.0.0.1:1',
  dynamodb: 'http://127.0.0.1:2',
  secretsmanager: 'http://127.0.0.1:3',
  cloudfront: 'http://127.0.0.1:4',
};

const everything = (more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }],
});

/** A role for every function, and resource policies that let every AWS service in. */
export const openTo = (resources: [string, { Type: string }][]): Resources => ({
  OpenRole: roleOf(...everything().Statement),
  OpenPolicy: resource('AWS::SQS::QueuePolicy', { PolicyDocument: everything({ Principal: '*' }) }),
  ...Object.fromEntries(
    resources
      .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
      .map(([id]) => [
        `${id}Permission`,
        resource('AWS::Lambda::Permission', { Action: '*', FunctionName: { Ref: id }, Principal: '*' }),
      ]),
  ),
});

/** A role that functions may have, with a policy of these statements. */
export const roleOf = (...Statement: object[]) =>
  resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }] },
    Policies: [{ PolicyDocument: { Version: '2012-10-17', Statement } }],
  });

export const withRole = (id: string) => resource('AWS::Lambda::Function', { Role: { 'Fn::GetAtt': [id, 'Arn'] } });

export const lambda = (name: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Key: `${name}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    MemorySize: 256,
    Role: { 'Fn::GetAtt': ['OpenRole', 'Arn'] },
    ...more,
  },
});

export const resource = (Type: string, Properties: object = {}) => ({ Type, Properties });

/** A distribution with one behaviour, from a bucket. Every run needs one. */
export const plainHost = (): Resources => ({
  Site: resource('AWS::S3::Bucket'),
  Host: resource('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: NO_CACHING },
      Origins: [{ Id: 'site', DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] } }],
    },
  }),
});

/** A REST API `Api` whose methods all call `functionId`. Paths are such as `/api/{proxy+}` or `/`. */
export function restApi(
  functionId: string,
  methods: [httpMethod: string, path: string][],
  more: Resources = {},
): Resources {
  const resources: Resources = {
    Api: resource('AWS::ApiGateway::RestApi', { BinaryMediaTypes: ['*/*'] }),
    Stage: resource('AWS::ApiGateway::Stage', { RestApiId: { Ref: 'Api' }, StageName: 'live' }),
    ...more,
  };
  const idOf = (path: string): object => {
    const at = path.lastIndexOf('/');
    const part = path.slice(at + 1);
    if (part === '') return { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
    const id = `Resource${Buffer.from(path).toString('hex')}`;
    resources[id] ??= resource('AWS::ApiGateway::Resource', {
      RestApiId: { Ref: 'Api' },
      ParentId: idOf(at === 0 ? '/' : path.slice(0, at)),
      PathPart: part,
    });
    return { Ref: id };
  };
  for (const [HttpMethod, path] of methods) {
    const ResourceId = idOf(path);
    resources[`Method${HttpMethod}${Buffer.from(path).toString('hex')}`] = resource('AWS::ApiGateway::Method', {
      RestApiId: { Ref: 'Api' },
      ResourceId,
      HttpMethod,
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'AWS_PROXY',
        Uri: {
          'Fn::Join': [
            '',
            [
              'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
              { 'Fn::GetAtt': [functionId, 'Arn'] },
              '/invocations',
            ],
          ],
        },
      },
    });
  }
  return resources;
}

export const API_ORIGIN = {
  Id: 'api',
  DomainName: { 'Fn::Join': ['', [{ Ref: 'Api' }, '.execute-api.us-east-1.amazonaws.com']] },
  OriginPath: '/live',
  OriginCustomHeaders: [{ HeaderName: 'x-from', HeaderValue: 'the-host' }],
};

/** AWS's managed cache policy CachingDisabled. */
export const NO_CACHING = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
/** AWS's managed origin request policy AllViewerExceptHostHeader. */
export const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
export const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
