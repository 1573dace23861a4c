import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { crc32, deflateRawSync } from 'node:zlib';
import { type LoopbackServer, listenOnLoopback } from '../../local/loopback.ts';

/** What AWS's services say of one account and stack. A test changes a copy. */
export interface AccountState {
  concurrency: number;
  /** By function. `queue` is the last part of its ARN. */
  mappings: Record<string, { queue: string; state: string; maximum?: number }[]>;
  recursion: Record<string, string>;
  runtimes: Record<string, string>;
  /** By function: the path of its `index.mjs`, or its content. */
  code: Record<string, string | Buffer>;
  alarms: Record<string, { state: string; isActing: boolean }>;
  /** Logical ids of the stack's alarms. */
  stackAlarms: string[];
  subscriptions: string[];
  /** Retention in days by log group; 0 is for ever. */
  logGroups: Record<string, number>;
  budgets: string[];
  /** By method, as API Gateway spells it; the same for each API. */
  stageThrottles: Record<string, { rate: number; burst: number }>;
  accountThrottle: { rate: number; burst: number };
  /** By secret. */
  secretChangedAtSeconds: Record<string, number>;
  drift: { status: string; detection: string; drifted: number };
  costDollars: number;
  /** Statuses of requests to S3 without credentials, by bucket. */
  publicStatus: Record<string, number>;
  /** How an API answers when it is called without the CDN. */
  directApi: { status: number; body: string };
  /** Actions that the caller may not perform: `lambda:GetFunction`. */
  denied: string[];
  /** Of the stack. */
  outputs: Record<string, string>;
}

const FUNCTIONS = ['OnChange', 'OnRead', 'OnJob', 'OnImport', 'OnSweep'] as const;
const LOG_GROUPS = [...FUNCTIONS.map((id) => `Logs${id}`), 'LogsAccess'];
const ALARMS = ['JobsDead', 'IntakeDead', 'JobsAge', 'OnJobErrors', 'ApiSlack5xx', 'Faults'];
const HASH = '0A1B2C3D';
const APIS = ['ApiSlack', 'ApiTwitter', 'ApiOwn'];
/** As CloudFormation says it. */
const TEMPLATE_THROTTLES = [
  { HttpMethod: '*', ResourcePath: '/*', ThrottlingBurstLimit: 200, ThrottlingRateLimit: 20 },
  { HttpMethod: 'ANY', ResourcePath: '/~1v1~1photo', ThrottlingBurstLimit: 4, ThrottlingRateLimit: 6 },
];

/** An account in which nothing is wrong. */
export const healthyAccount = (dist: string): AccountState => ({
  concurrency: 1000,
  mappings: {
    OnJob: [
      { queue: 'jobs', state: 'Enabled', maximum: 5 },
      { queue: 'bulk', state: 'Enabled', maximum: 2 },
    ],
    OnImport: [{ queue: 'intake', state: 'Enabled', maximum: 2 }],
    OnSweep: [{ queue: 'sweeps', state: 'Enabled', maximum: 2 }],
  },
  recursion: { OnImport: 'Allow', OnSweep: 'Allow' },
  runtimes: {},
  code: Object.fromEntries(
    FUNCTIONS.map((id) => [id, `${dist}/${id.replace(/\B[A-Z]/g, '-$&').toLowerCase()}/index.mjs`]),
  ),
  alarms: Object.fromEntries(ALARMS.map((id) => [`Mine-Alarm${id}`, { state: 'OK', isActing: true }])),
  stackAlarms: ALARMS,
  subscriptions: ['arn:aws:sns:eu-central-1:123456789012:alarms:1'],
  logGroups: Object.fromEntries(LOG_GROUPS.map((id) => [`Mine-${id}`, 30])),
  budgets: ['monthly'],
  stageThrottles: { '*/*': { rate: 20, burst: 200 }, '~1v1~1photo/ANY': { rate: 6, burst: 4 } },
  accountThrottle: { rate: 10_000, burst: 5_000 },
  secretChangedAtSeconds: { master: Date.now() / 1000 - 86_400, origin: Date.now() / 1000 - 400 * 86_400 },
  drift: { status: 'IN_SYNC', detection: 'DETECTION_COMPLETE', drifted: 0 },
  costDollars: 2.14,
  publicStatus: { raw: 403, imports: 403, photos: 403 },
  directApi: { status: 401, body: '{"status":401}' },
  denied: [],
  outputs: {},
});

export interface RecordedAccount extends LoopbackServer {
  state: AccountState;
  /** `service action` of each signed call. */
  calls: string[];
}

/**
 * The services over their real protocols: query and XML, JSON by target, REST and JSON. A call not known here gets a
 * 500.
 */
export async function recordedAccount(state: AccountState): Promise<RecordedAccount> {
  const account: { state: AccountState; calls: string[]; url: string } = { state, calls: [], url: '' };
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    const { status, type, content } = answer(request, body, account);
    response.writeHead(status, { 'content-type': type }).end(content);
  });
  const listening = await listenOnLoopback(server, 0);
  return Object.assign(account, listening);
}

interface Said {
  status: number;
  type: string;
  content: string | Buffer;
}

const json = (body: unknown, status = 200): Said => ({
  status,
  type: 'application/json',
  content: JSON.stringify(body),
});
const xml = (action: string, inner: string): Said => ({
  status: 200,
  type: 'text/xml',
  content: `<${action}Response><${action}Result>${inner}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`,
});

const SERVICE_OF_ACTION: Record<string, string> = { monitoring: 'cloudwatch' };

function answer(
  { url = '/', headers, method = 'GET' }: IncomingMessage,
  body: string,
  account: { state: AccountState; calls: string[]; url: string },
): Said {
  const { state, calls } = account;
  const path = new URL(url, 'http://localhost').pathname;
  const service = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  if (service === undefined) return unsigned(path, account);
  const action = actionOf(service, method, path, String(headers['x-amz-target'] ?? ''), body);
  const right = `${SERVICE_OF_ACTION[service] ?? service}:${action === 'DescribeBudgets' ? 'ViewBudget' : action}`;
  calls.push(right);
  if (state.denied.includes(right)) return denied(service, right);
  // Without this header API Gateway answers in HAL.
  if (service === 'apigateway' && headers.accept !== 'application/json') return json({ _links: {} });
  if (action === 'ListEventSourceMappings') return mappings(url, state);
  return PROTOCOLS[service]?.(action, path, body, account) ?? json({ message: `not recorded: ${right} ${path}` }, 500);
}

function actionOf(service: string, method: string, path: string, target: string, body: string): string {
  if (target !== '') return target.split('.').at(-1) ?? '';
  if (service === 'apigateway') return method;
  if (service !== 'lambda') return new URLSearchParams(body).get('Action') ?? '';
  if (path.endsWith('/account-settings/')) return 'GetAccountSettings';
  if (path.endsWith('/event-source-mappings/')) return 'ListEventSourceMappings';
  return path.endsWith('/recursion-config') ? 'GetFunctionRecursionConfig' : 'GetFunction';
}

/** An "access denied" in each protocol. */
function denied(service: string, right: string): Said {
  const message = `User: arn:aws:iam::123456789012:user/me is not authorized to perform: ${right} on resource: *`;
  if (['monitoring', 'cloudformation', 'sns'].includes(service)) {
    const code = service === 'sns' ? 'AuthorizationError' : 'AccessDenied';
    const content = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
    return { status: 403, type: 'text/xml', content };
  }
  return json({ __type: 'com.amazonaws#AccessDeniedException', Message: message, message }, 403);
}

function mappings(url: string, state: AccountState): Said {
  const id = (new URL(url, 'http://localhost').searchParams.get('FunctionName') ?? '').replace('Mine-', '');
  return json({
    EventSourceMappings: (state.mappings[id] ?? []).map(({ queue, state: State, maximum }) => ({
      EventSourceArn: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
      State,
      ...(maximum !== undefined && { ScalingConfig: { MaximumConcurrency: maximum } }),
    })),
  });
}

type Protocol = (
  action: string,
  path: string,
  body: string,
  account: { state: AccountState; url: string },
) => Said | undefined;

const named = (path: string, at: number): string => decodeURIComponent(path.split('/')[at] ?? '').replace('Mine-', '');

const PROTOCOLS: Record<string, Protocol> = {
  cloudformation(action, _path, _body, { state }) {
    switch (action) {
      case 'ListStackResources': {
        const all = [
          ...FUNCTIONS.map((id) => [id, 'AWS::Lambda::Function'] as const),
          ...state.stackAlarms.map((id) => [`Alarm${id}`, 'AWS::CloudWatch::Alarm'] as const),
          ...LOG_GROUPS.map((id) => [id, 'AWS::Logs::LogGroup'] as const),
          ...APIS.map((id) => [id, 'AWS::ApiGateway::RestApi'] as const),
        ];
        const members = all.map(
          ([id, type]) =>
            `<member><LogicalResourceId>${id}${HASH}</LogicalResourceId><PhysicalResourceId>Mine-${id}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`,
        );
        return xml(action, `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`);
      }
      case 'DescribeStacks': {
        const outputs = Object.entries(state.outputs).map(
          ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        );
        return xml(
          action,
          `<Stacks><member><StackName>Mine</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join('')}</Outputs></member></Stacks>`,
        );
      }
      case 'GetTemplate': {
        const properties = (id: string) => (id === 'OnImport' || id === 'OnSweep' ? { RecursiveLoop: 'Allow' } : {});
        const Resources: Record<string, { Type: string; Properties: object }> = Object.fromEntries(
          FUNCTIONS.map((id) => [`${id}${HASH}`, { Type: 'AWS::Lambda::Function', Properties: properties(id) }]),
        );
        for (const id of APIS)
          Resources[`${id}DeploymentStagelive${HASH}`] = {
            Type: 'AWS::ApiGateway::Stage',
            Properties: { RestApiId: { Ref: `${id}${HASH}` }, MethodSettings: TEMPLATE_THROTTLES },
          };
        return xml(action, `<TemplateBody>${JSON.stringify({ Resources }).replaceAll('"', '&quot;')}</TemplateBody>`);
      }
      case 'DetectStackDrift':
        return xml(action, '<StackDriftDetectionId>1</StackDriftDetectionId>');
      case 'DescribeStackDriftDetectionStatus':
        return xml(
          action,
          `<StackId>1</StackId><StackDriftDetectionId>1</StackDriftDetectionId><DetectionStatus>${state.drift.detection}</DetectionStatus><StackDriftStatus>${state.drift.status}</StackDriftStatus><DriftedStackResourceCount>${state.drift.drifted}</DriftedStackResourceCount><Timestamp>2026-01-01T00:00:00Z</Timestamp>`,
        );
      default:
        return undefined;
    }
  },

  lambda(action, path, _body, { state, url }) {
    const id = named(path, 3);
    switch (action) {
      case 'GetAccountSettings':
        return json({ AccountLimit: { ConcurrentExecutions: state.concurrency }, AccountUsage: {} });
      case 'GetFunctionRecursionConfig':
        return json({ RecursiveLoop: state.recursion[id] ?? 'Terminate' });
      case 'GetFunction':
        return json({
          Configuration: { FunctionName: id, Runtime: state.runtimes[id] ?? 'nodejs24.x', State: 'Active' },
          Code: { RepositoryType: 'S3', Location: `${url}/code/${id}` },
        });
      default:
        return undefined;
    }
  },

  monitoring(action, _path, body, { state }) {
    const form = new URLSearchParams(body);
    const names = [...form].filter(([name]) => name.startsWith('AlarmNames.')).map(([, value]) => value);
    const members = names.flatMap((name) => {
      const alarm = state.alarms[name];
      return alarm === undefined
        ? []
        : [
            `<member><AlarmName>${name}</AlarmName><ActionsEnabled>${alarm.isActing}</ActionsEnabled><StateValue>${alarm.state}</StateValue></member>`,
          ];
    });
    return xml(action, `<MetricAlarms>${members.join('')}</MetricAlarms>`);
  },

  logs(_action, _path, body, { state }) {
    const { logGroupNamePrefix } = JSON.parse(body);
    const found = Object.entries(state.logGroups).filter(([name]) => name.startsWith(logGroupNamePrefix));
    return json({
      logGroups: found.map(([logGroupName, days]) => ({ logGroupName, ...(days > 0 && { retentionInDays: days }) })),
    });
  },

  apigateway(_action, path, _body, { state }) {
    const { accountThrottle, stageThrottles } = state;
    if (path === '/account')
      return json({ throttleSettings: { rateLimit: accountThrottle.rate, burstLimit: accountThrottle.burst } });
    const methodSettings = Object.fromEntries(
      Object.entries(stageThrottles).map(([method, { rate, burst }]) => [
        method,
        { throttlingRateLimit: rate, throttlingBurstLimit: burst },
      ]),
    );
    return json({ stageName: 'live', methodSettings });
  },

  budgets: (_action, _path, _body, { state }) =>
    json(state.budgets.length === 0 ? {} : { Budgets: state.budgets.map((BudgetName) => ({ BudgetName })) }),

  ce: (_action, _path, _body, { state }) =>
    json({ ResultsByTime: [{ Total: { UnblendedCost: { Amount: String(state.costDollars), Unit: 'USD' } } }] }),

  sns: (action, _path, _body, { state }) =>
    xml(
      action,
      `<Subscriptions>${state.subscriptions.map((arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>email</Protocol><Endpoint>me@example.org</Endpoint></member>`).join('')}</Subscriptions>`,
    ),

  secretsmanager(_action, _path, body, { state }) {
    const { SecretId } = JSON.parse(body);
    return json({ Name: SecretId, LastChangedDate: state.secretChangedAtSeconds[SecretId] });
  },
};

/** What needs no signature: a function's code by its presigned URL, a bucket, an API. */
function unsigned(path: string, { state }: { state: AccountState }): Said {
  const [, first = '', second = ''] = path.split('/');
  if (first === 'code') {
    const code = state.code[second] ?? '';
    const content = typeof code === 'string' ? zippedFile(code) : zipOf('index.mjs', code);
    return { status: 200, type: 'application/zip', content };
  }
  if (first === 'live') return { ...json({}), status: state.directApi.status, content: state.directApi.body };
  return { status: state.publicStatus[first] ?? 500, type: 'text/xml', content: '<Error/>' };
}

const zipped = new Map<string, Buffer>();

/** Made once, because dozens of tests ask for the same. */
function zippedFile(path: string): Buffer {
  const made = zipped.get(path) ?? zipOf('index.mjs', readFileSync(path));
  zipped.set(path, made);
  return made;
}

export function zipOf(name: string, file: Buffer): Buffer {
  const bytes = deflateRawSync(file);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(file), 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(file.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), bytes]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0', 'latin1'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
