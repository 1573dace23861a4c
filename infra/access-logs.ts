import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogField, CfnAccount, type CfnStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { DialectApi } from './apis.ts';
import type { DeploySettings } from './deploy-settings.ts';

/**
 * One line for each request to an API, including those that API Gateway answers itself, of which no function knows. No
 * query and no headers, because they may contain tokens, and no address, which would be CloudFront's.
 */
export function accessLogs(scope: Construct, apis: DialectApi[], { logRetentionDays }: DeploySettings): void {
  const logGroup = new LogGroup(scope, 'LogsAccess', {
    retention: logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const account = mayWriteLogs(scope);
  for (const { dialect, rest } of apis) {
    const stage = rest.deploymentStage.node.defaultChild as CfnStage;
    stage.accessLogSetting = {
      ...new LogGroupLogDestination(logGroup).bind(rest.deploymentStage),
      format: JSON.stringify(lineOf(dialect)),
    };
    stage.addResourceDependency(account);
  }
}

/**
 * API Gateway writes the logs of all APIs with one role per account and region. It stays when the stack is deleted, or
 * the logs of every other API there would end. If the stack has set it already, for a second Headshot or another API,
 * that one is used.
 */
function mayWriteLogs(scope: Construct): CfnAccount {
  const set = Stack.of(scope)
    .node.findAll()
    .find((one) => one instanceof CfnAccount && one.stack === Stack.of(scope));
  if (set instanceof CfnAccount) return set;
  const role = new Role(scope, 'RoleApiGatewayLogs', {
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
  });
  const account = new CfnAccount(scope, 'ApiGatewayAccount', { cloudWatchRoleArn: role.roleArn });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}

/** `function_request_id` is also in the function's own lines, so each leads to the other. */
const lineOf = (dialect: string) => ({
  api: dialect,
  request_id: AccessLogField.contextRequestId(),
  function_request_id: AccessLogField.contextAwsEndpointRequestId(),
  at_ms: AccessLogField.contextRequestTimeEpoch(),
  method: AccessLogField.contextHttpMethod(),
  path: AccessLogField.contextPath(),
  status: AccessLogField.contextStatus(),
  answer_bytes: AccessLogField.contextResponseLength(),
  ms: AccessLogField.contextResponseLatency(),
  function_ms: AccessLogField.contextIntegrationLatency(),
  gateway_answer: AccessLogField.contextErrorResponseType(),
});
