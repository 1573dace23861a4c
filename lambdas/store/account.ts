import {
  CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  DetectStackDriftCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type AwsRequest, type Signer, signedRequest } from './signed-request.ts';

/** Where Budgets and Cost Explorer answer for the whole account. */
const HOME_REGION = 'us-east-1';

/** Without this, API Gateway answers in HAL (smithy's "Amazon API Gateway Customizations": clients must send it). */
const API_GATEWAY_GET = { service: 'apigateway', method: 'GET', headers: { accept: 'application/json' } } as const;

interface StackTemplate {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

/** Requests a second, and how many may come at once. */
export interface Throttle {
  rate: number;
  burst: number;
}

/** `v1/photo/ANY`; star, slash, star means all other methods. API Gateway writes `~1` for the slashes of a path. */
export const methodKey = (said: string): string => said.replaceAll('~1', '/').replace(/^\/+/, '');

interface AccountOptions {
  stackName: string;
  region: string;
  accountId: string;
  signer: () => Promise<Signer>;
  sns: SNSClient;
  secretsManager: SecretsManagerClient;
}

/** A stack and its account, as AWS's services report them. Only reads. Each method names the rights that it needs. */
export function account({ stackName, region, accountId, signer, sns, secretsManager }: AccountOptions) {
  const cloudFormation = new CloudFormationClient();
  const call = async (request: Omit<AwsRequest, 'region' | 'host'> & Partial<Pick<AwsRequest, 'region' | 'host'>>) =>
    signedRequest({ region, host: `${request.service}.${region}.amazonaws.com`, ...request }, await signer());
  const json = async <T>(request: Parameters<typeof call>[0]): Promise<T> => JSON.parse(await call(request));
  const jsonTarget = <T>(service: string, target: string, body: object, more: object = {}) =>
    json<T>({
      service,
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(body),
      ...more,
    });

  const listResources = async () => {
    const found: { logicalId: string; type: string; id: string }[] = [];
    for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
      const page = await cloudFormation.send(new ListStackResourcesCommand({ StackName: stackName, NextToken }));
      for (const {
        LogicalResourceId = '',
        ResourceType = '',
        PhysicalResourceId = '',
      } of page.StackResourceSummaries ?? [])
        found.push({ logicalId: LogicalResourceId, type: ResourceType, id: PhysicalResourceId });
      NextToken = page.NextToken;
    }
    return found;
  };
  const getTemplate = async (): Promise<StackTemplate> => {
    const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stackName }));
    return JSON.parse(TemplateBody);
  };
  // Neither changes meanwhile, and CloudFormation throttles frequent callers.
  let resources: ReturnType<typeof listResources> | undefined;
  let template: ReturnType<typeof getTemplate> | undefined;

  return {
    /** `cloudformation:ListStackResources`. Physical ids with logical id and type. Called once. */
    resources: () => (resources ??= listResources()),

    /** `cloudformation:GetTemplate`. Called once. */
    template: () => (template ??= getTemplate()),

    /**
     * `cloudformation:DetectStackDrift`. The final status (`IN_SYNC`, `DRIFTED`, …) and the number of drifted
     * resources.
     */
    async drift(pollMs: number): Promise<{ status: string; drifted: number }> {
      const { StackDriftDetectionId } = await cloudFormation.send(
        new DetectStackDriftCommand({ StackName: stackName }),
      );
      for (;;) {
        const now = await cloudFormation.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
        if (now.DetectionStatus !== 'DETECTION_IN_PROGRESS')
          return {
            status: now.StackDriftStatus ?? now.DetectionStatus ?? 'UNKNOWN',
            drifted: now.DriftedStackResourceCount ?? 0,
          };
        await new Promise((done) => setTimeout(done, pollMs));
      }
    },

    /** `lambda:GetAccountSettings`. */
    concurrency: async (): Promise<number> =>
      (
        await json<{ AccountLimit: { ConcurrentExecutions: number } }>({
          service: 'lambda',
          method: 'GET',
          path: '/2016-08-19/account-settings/',
        })
      ).AccountLimit.ConcurrentExecutions,

    /** `lambda:ListEventSourceMappings`. */
    mappings: async (functionName: string) =>
      (
        await json<{
          EventSourceMappings: {
            EventSourceArn: string;
            State: string;
            ScalingConfig?: { MaximumConcurrency?: number };
          }[];
        }>({
          service: 'lambda',
          method: 'GET',
          path: `/2015-03-31/event-source-mappings/?FunctionName=${encodeURIComponent(functionName)}`,
        })
      ).EventSourceMappings,

    /** `lambda:GetFunctionRecursionConfig`. */
    recursion: async (functionName: string): Promise<string> =>
      (
        await json<{ RecursiveLoop: string }>({
          service: 'lambda',
          method: 'GET',
          path: `/2024-08-31/functions/${encodeURIComponent(functionName)}/recursion-config`,
        })
      ).RecursiveLoop,

    /** `lambda:GetFunction`. */
    function: (functionName: string) =>
      json<{ Configuration: { Runtime: string; State?: string }; Code: { Location: string } }>({
        service: 'lambda',
        method: 'GET',
        path: `/2015-03-31/functions/${encodeURIComponent(functionName)}`,
      }),

    /** `cloudwatch:DescribeAlarms`. The states of existing alarms, by name. */
    async alarms(names: string[]): Promise<Map<string, { state: string; isActing: boolean }>> {
      const form = new URLSearchParams({ Action: 'DescribeAlarms', Version: '2010-08-01', MaxRecords: '100' });
      for (const [index, name] of names.entries()) form.set(`AlarmNames.member.${index + 1}`, name);
      const xml = await call({
        service: 'monitoring',
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
      });
      const found = xml.split('<AlarmName>').slice(1);
      return new Map(
        found.map((part) => [
          part.slice(0, part.indexOf('<')),
          {
            state: /<StateValue>([^<]*)</.exec(part)?.[1] ?? '',
            isActing: /<ActionsEnabled>([^<]*)</.exec(part)?.[1] !== 'false',
          },
        ]),
      );
    },

    /** `logs:DescribeLogGroups`. In days; `forever` if logs never expire, undefined if there is no such group. */
    async retention(logGroup: string): Promise<number | 'forever' | undefined> {
      const { logGroups } = await jsonTarget<{ logGroups: { logGroupName: string; retentionInDays?: number }[] }>(
        'logs',
        'Logs_20140328.DescribeLogGroups',
        { logGroupNamePrefix: logGroup },
      );
      const found = logGroups.find(({ logGroupName }) => logGroupName === logGroup);
      return found && (found.retentionInDays ?? 'forever');
    },

    /** `apigateway:GET`. A stage's throttles by `methodKey`. Methods without a throttle of their own are left out. */
    async stageThrottles(apiId: string, stageName: string): Promise<Map<string, Throttle>> {
      const { methodSettings = {} } = await json<{
        methodSettings?: Record<string, { throttlingRateLimit?: number; throttlingBurstLimit?: number }>;
      }>({ ...API_GATEWAY_GET, path: `/restapis/${apiId}/stages/${stageName}` });
      const throttles = new Map<string, Throttle>();
      // -1 means "as the account".
      for (const [key, { throttlingRateLimit: rate, throttlingBurstLimit: burst }] of Object.entries(methodSettings))
        if (rate !== undefined && rate >= 0) throttles.set(methodKey(key), { rate, burst: burst ?? 0 });
      return throttles;
    },

    /** `apigateway:GET`. The account's throttle, for all APIs of the region together. */
    async accountThrottle(): Promise<Throttle> {
      const { throttleSettings } = await json<{ throttleSettings: { rateLimit: number; burstLimit: number } }>({
        ...API_GATEWAY_GET,
        path: '/account',
      });
      return { rate: throttleSettings.rateLimit, burst: throttleSettings.burstLimit };
    },

    /** `budgets:ViewBudget`. The budgets' names. */
    budgets: async (): Promise<string[]> => {
      const said = await jsonTarget<{ Budgets?: { BudgetName: string }[] }>(
        'budgets',
        'AWSBudgetServiceGateway.DescribeBudgets',
        { AccountId: accountId },
        { region: HOME_REGION, host: 'budgets.amazonaws.com' },
      );
      return (said.Budgets ?? []).map(({ BudgetName }) => BudgetName);
    },

    /**
     * `ce:GetCostAndUsage`, a cent a call. This stack's dollars since the first of the month, by CloudFormation's tag.
     */
    async cost(now: Date): Promise<number> {
      const day = (at: Date) => at.toISOString().slice(0, 10);
      const said = await jsonTarget<{ ResultsByTime: { Total: { UnblendedCost: { Amount: string } } }[] }>(
        'ce',
        'AWSInsightsIndexService.GetCostAndUsage',
        {
          TimePeriod: { Start: `${day(now).slice(0, 8)}01`, End: day(new Date(now.getTime() + 86_400_000)) },
          Granularity: 'MONTHLY',
          Metrics: ['UnblendedCost'],
          Filter: { Tags: { Key: 'aws:cloudformation:stack-name', Values: [stackName] } },
        },
        { region: HOME_REGION, host: `ce.${HOME_REGION}.amazonaws.com` },
      );
      return said.ResultsByTime.reduce((sum, { Total }) => sum + Number(Total.UnblendedCost.Amount), 0);
    },

    /** `sns:ListSubscriptionsByTopic`. */
    async subscriptions(topicArn: string): Promise<{ protocol: string; isConfirmed: boolean }[]> {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
      return Subscriptions.map(({ Protocol = '', SubscriptionArn = '' }) => ({
        protocol: Protocol,
        isConfirmed: SubscriptionArn.startsWith('arn:'),
      }));
    },

    /** `secretsmanager:DescribeSecret`. */
    async secretChangedAt(id: string): Promise<Date | undefined> {
      const said = await secretsManager.send(new DescribeSecretCommand({ SecretId: id }));
      return said.LastChangedDate ?? said.CreatedDate;
    },
  };
}

export type Account = ReturnType<typeof account>;
