import { describe, expect, test } from '@jest/globals';
import { templateWith } from '../stack-with.ts';
import { ofType, template } from '../synthesized.ts';
import { at, listAt, said } from '../template-parts.ts';

const stages = () => Object.values(ofType('AWS::ApiGateway::Stage'));

describe('access logs', () => {
  test('every API has one, of all requests, in one group that expires', () => {
    // Without the `:*` at the end of the group's own ARN.
    const group = 'arn:AWS::Partition:logs:AWS::Region:AWS::AccountId:log-group:LogsAccess';
    const destinations = stages().map((stage) => said(at(stage, 'AccessLogSetting', 'DestinationArn')));
    expect(destinations).toEqual([group, group, group]);
    expect(at(ofType('AWS::Logs::LogGroup').LogsAccess, 'RetentionInDays')).toBe(30);
  });

  test('hold ids, times and what was answered; no query, header or address, in which people and tokens are', () => {
    const lines = stages().map((stage) => JSON.parse(String(at(stage, 'AccessLogSetting', 'Format'))));
    expect(lines.map(({ api }) => api).sort()).toEqual(['slack', 'twitter', 'v1']);
    for (const { api: _, ...line } of lines) {
      // Names of API Gateway's guide, "Variables for access logging for API Gateway".
      expect(line).toEqual({
        request_id: '$context.requestId',
        function_request_id: '$context.awsEndpointRequestId',
        at_ms: '$context.requestTimeEpoch',
        method: '$context.httpMethod',
        path: '$context.path',
        status: '$context.status',
        answer_bytes: '$context.responseLength',
        ms: '$context.responseLatency',
        function_ms: '$context.integrationLatency',
        gateway_answer: '$context.error.responseType',
      });
    }
  });

  test("one role for the account's API Gateway, which may write logs only and stays when the stack goes", () => {
    const { ApiGatewayAccount, ...others } = template.findResources('AWS::ApiGateway::Account');
    expect(others).toEqual({});
    expect(ApiGatewayAccount).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(said(at(ApiGatewayAccount?.Properties, 'CloudWatchRoleArn'))).toBe('RoleApiGatewayLogs');

    const kept = Object.entries(template.toJSON().Resources as Record<string, { DeletionPolicy?: string }>)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
      .map(([id]) => said({ Ref: id }));
    expect(kept.sort()).toEqual(['ApiGatewayAccount', 'RoleApiGatewayLogs']);

    const role = ofType('AWS::IAM::Role').RoleApiGatewayLogs;
    const [trust, ...more] = listAt(role, 'AssumeRolePolicyDocument', 'Statement');
    expect([at(trust, 'Principal'), more]).toEqual([{ Service: 'apigateway.amazonaws.com' }, []]);
    expect(JSON.stringify(at(role, 'ManagedPolicyArns'))).toContain(
      ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    );
    const policies = Object.values(ofType('AWS::IAM::Policy')).flatMap((policy) => listAt(policy, 'Roles').map(said));
    expect(policies).not.toContain('RoleApiGatewayLogs');
  });

  test('no stage is made before API Gateway may write', () => {
    for (const stage of Object.values(template.findResources('AWS::ApiGateway::Stage'))) {
      expect(stage.DependsOn).toContain('ApiGatewayAccount');
    }
  });

  test('accessLogs=false leaves the account alone', () => {
    const without = templateWith({ accessLogs: 'false' });
    expect(ofType('AWS::ApiGateway::Account', without)).toEqual({});
    for (const stage of Object.values(ofType('AWS::ApiGateway::Stage', without))) {
      expect(at(stage, 'AccessLogSetting')).toBeUndefined();
    }
    expect(Object.keys(ofType('AWS::Logs::LogGroup', without))).not.toContain('LogsAccess');
  });
});
