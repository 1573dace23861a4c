import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as Lambda,
  type LayerVersion,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import {
  type Entry,
  MALLOC_VARIABLES,
  type NEEDS,
  SERVICE_NAME_VARIABLE,
  VARIABLES,
  type Variable,
} from '../lambdas/env.ts';
import type { DeploySettings } from './deploy-settings.ts';
import { serviceName } from './service-name.ts';

export const RUNTIME = Runtime.NODEJS_24_X;

/** Name in the stack and time of each function. Memory is a setting. */
export const FUNCTIONS = {
  change: { id: 'OnChange', timeoutSeconds: 15 },
  read: { id: 'OnRead', timeoutSeconds: 10 },
  job: { id: 'OnJob', timeoutSeconds: 10 },
  // One picture at a time, or one part of a manifest.
  import: { id: 'OnImport', timeoutSeconds: 20 },
  // Reads whole tables, and lists the files of all imports: some 2 million in that time.
  sweep: { id: 'OnSweep', timeoutSeconds: 300 },
  // Whoever waits for a face gives up sooner.
  avatar: { id: 'OnAvatar', timeoutSeconds: 5 },
  // A run of 40 seconds, and the ten that its last requests may take.
  hook: { id: 'OnHook', timeoutSeconds: 60 },
} as const satisfies Record<Entry, { id: string; timeoutSeconds: number }>;

interface LambdaFunctionProps<E extends Entry> {
  /** Folder with `index.mjs`. */
  code: string;
  layers: LayerVersion[];
  settings: DeploySettings;
  /** Exactly what `NEEDS` names: a missing or a superfluous variable does not compile. */
  environment: Record<(typeof NEEDS)[E][number], string>;
  /**
   * It goes on by messages to itself, and each is further than the one before (test/flow/own-messages.test.ts). Without this Lambda stops
   * it after some 16 of them.
   */
  mayCallItself?: boolean;
  /** Places of the account that are this function's alone, and all that it may have. */
  reservedPlaces?: number;
  /** All that the function may do, beside its logs, and its traces where they are recorded. */
  permissions: PolicyStatement[];
}

/** One function with a role and a log group of its own; the role may write to that log group only. */
export function lambdaFunction<E extends Entry>(scope: Construct, entry: E, props: LambdaFunctionProps<E>): Lambda {
  const { id, timeoutSeconds } = FUNCTIONS[entry];
  const { settings } = props;
  const logGroup = new LogGroup(scope, `Logs${id}`, {
    retention: settings.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `Role${id}`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const statement of props.permissions) role.addToPolicy(statement);

  return new Lambda(scope, id, {
    code: Code.fromAsset(props.code),
    handler: 'index.handler',
    runtime: RUNTIME,
    // By default the bits that are tested on a laptop are the bits that run here.
    architecture: architectureOf(settings),
    layers: props.layers,
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: settings[`${entry}MemoryMb`],
    environment: {
      ...byVariableName(props.environment),
      // The layer is sharp's.
      ...(props.layers.length > 0 && MALLOC_VARIABLES),
      [SERVICE_NAME_VARIABLE]: serviceName(scope),
    },
    role,
    logGroup,
    ...(props.reservedPlaces !== undefined && { reservedConcurrentExecutions: props.reservedPlaces }),
    ...(props.mayCallItself && { recursiveLoop: RecursiveLoop.ALLOW }),
    // Recording alone: the trace header, by which Lambda follows loops, is passed on either way.
    ...(settings.tracing && { tracing: Tracing.ACTIVE }),
  });
}

/** One thing that a function may do. */
export const allow = (resource: string, ...actions: string[]) =>
  new PolicyStatement({ actions, resources: [resource] });

/** Brings its own rights: to receive from this queue and to delete what is done. */
export function addSqsEventSource(lambda: Lambda, queue: Queue, maxConcurrency: number): void {
  lambda.addEventSource(new SqsEventSource(queue, { batchSize: 1, maxConcurrency, reportBatchItemFailures: true }));
}

export const architectureOf = ({ architecture }: Pick<DeploySettings, 'architecture'>): Architecture =>
  architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;

function byVariableName(environment: Partial<Record<Variable, string>>): Record<string, string> {
  const variables = Object.keys(VARIABLES) as Variable[];
  return Object.fromEntries(
    variables.flatMap((variable) => {
      const value = environment[variable];
      return value === undefined ? [] : [[VARIABLES[variable], value]];
    }),
  );
}

/** The service's own functions in the stack: not those that the CDK may bring along. */
export const functionsOf = (scope: Construct): Lambda[] =>
  Object.values(FUNCTIONS).flatMap(({ id }) => {
    const found = scope.node.tryFindChild(id);
    return found instanceof Lambda ? [found] : [];
  });
