import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as Lambda,
  LayerVersion,
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

const RUNTIME = Runtime.NODEJS_24_X;

/** The id and the timeout of each function. Memory is a setting. */
export const FUNCTIONS = {
  change: { id: 'OnChange', timeoutSeconds: 15 },
  read: { id: 'OnRead', timeoutSeconds: 10 },
  job: { id: 'OnJob', timeoutSeconds: 10 },
  // One picture, or one part of a manifest.
  import: { id: 'OnImport', timeoutSeconds: 20 },
  // Reads whole tables and lists the files of all imports: about 2 million in that time.
  sweep: { id: 'OnSweep', timeoutSeconds: 300 },
  // Clients that wait for an avatar give up sooner.
  avatar: { id: 'OnAvatar', timeoutSeconds: 5 },
  // A run of 40 seconds, and ten for its last requests.
  hook: { id: 'OnHook', timeoutSeconds: 60 },
} as const satisfies Record<Entry, { id: string; timeoutSeconds: number }>;

interface LambdaFunctionProps<E extends Entry> {
  /** The folder with `index.mjs`. */
  code: string;
  layers: LayerVersion[];
  settings: DeploySettings;
  /** Exactly the variables in `NEEDS`: a missing or superfluous one does not compile. */
  environment: Record<(typeof NEEDS)[E][number], string>;
  /**
   * It continues by messages to itself, each further on than the one before (test/flow/own-messages.test.ts). Without
   * this, Lambda stops it after about 16.
   */
  mayCallItself?: boolean;
  /** Reserved concurrency: only this function has it, and no more. */
  reservedPlaces?: number;
  /** The function's rights, besides its logs and traces. */
  permissions: PolicyStatement[];
}

/** A function with its own role and log group. The role may write only to that log group. */
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
    // By default what is tested on a laptop is, bit for bit, what runs here.
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
    // Only recording. The trace header, by which Lambda detects loops, is passed on in any case.
    ...(settings.tracing && { tracing: Tracing.ACTIVE }),
  });
}

export const allow = (resource: string, ...actions: string[]) =>
  new PolicyStatement({ actions, resources: [resource] });

/** The event source brings its own rights: to receive from the queue and to delete messages. */
export function addSqsEventSource(lambda: Lambda, queue: Queue, maxConcurrency: number): void {
  lambda.addEventSource(new SqsEventSource(queue, { batchSize: 1, maxConcurrency, reportBatchItemFailures: true }));
}

const architectureOf = ({ architecture }: Pick<DeploySettings, 'architecture'>): Architecture =>
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

/** The service's own functions in the stack, without those of the CDK. */
export const functionsOf = (scope: Construct): Lambda[] =>
  Object.values(FUNCTIONS).flatMap(({ id }) => {
    const found = scope.node.tryFindChild(id);
    return found instanceof Lambda ? [found] : [];
  });

/**
 * sharp with its native libvips, and the decoder of HEIC, for functions that read pictures. `folder` has
 * `nodejs/node_modules`.
 */
export function sharpLayer(scope: Construct, folder: string, settings: DeploySettings): LayerVersion {
  return new LayerVersion(scope, 'SharpLayer', {
    description: `sharp, libvips and libheif-js for linux ${settings.architecture}`,
    code: Code.fromAsset(folder),
    compatibleRuntimes: [RUNTIME],
    compatibleArchitectures: [architectureOf(settings)],
  });
}
