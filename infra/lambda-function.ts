import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, type LayerVersion, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Entry, type NEEDS, PICTURE_SETTINGS, VARIABLES, type Variable } from '../lambdas/env.ts';

export const RUNTIME = Runtime.NODEJS_24_X;

/** At this size Lambda gives one whole vCPU (Lambda's guide, "Configure Lambda function memory"). */
const ONE_CPU_MEMORY_MB = 1769;

/** Name in the stack and size of each function. */
export const FUNCTIONS = {
  change: { id: 'OnChange', timeoutSeconds: 15, memoryMB: ONE_CPU_MEMORY_MB },
  read: { id: 'OnRead', timeoutSeconds: 10, memoryMB: 512 },
  job: { id: 'OnJob', timeoutSeconds: 10, memoryMB: ONE_CPU_MEMORY_MB },
  // One picture at a time, or one part of a manifest.
  import: { id: 'OnImport', timeoutSeconds: 20, memoryMB: ONE_CPU_MEMORY_MB },
} as const satisfies Record<Entry, { id: string; timeoutSeconds: number; memoryMB: number }>;

export interface LambdaFunctionProps<E extends Entry> {
  /** Folder with `index.mjs`. */
  code: string;
  layers: LayerVersion[];
  /** Exactly what `NEEDS` names: a missing or a superfluous variable does not compile. */
  environment: Record<(typeof NEEDS)[E][number], string>;
  /** All that the function may do, beside its logs and traces. */
  mayDo: PolicyStatement[];
}

/** One function with a role and a log group of its own; the role may write to that log group only. */
export function lambdaFunction<E extends Entry>(stack: Stack, entry: E, props: LambdaFunctionProps<E>): Lambda {
  const { id, timeoutSeconds, memoryMB } = FUNCTIONS[entry];
  const logGroup = new LogGroup(stack, `Logs${id}`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(stack, `Role${id}`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  for (const statement of props.mayDo) role.addToPolicy(statement);

  return new Lambda(stack, id, {
    code: Code.fromAsset(props.code),
    handler: 'index.handler',
    runtime: RUNTIME,
    // The bits that are tested on a laptop are the bits that run here.
    architecture: Architecture.X86_64,
    layers: props.layers,
    timeout: Duration.seconds(timeoutSeconds),
    memorySize: memoryMB,
    // The layer is sharp's.
    environment: { ...byVariableName(props.environment), ...(props.layers.length > 0 && PICTURE_SETTINGS) },
    role,
    logGroup,
    tracing: Tracing.ACTIVE,
  });
}

function byVariableName(environment: Partial<Record<Variable, string>>): Record<string, string> {
  const variables = Object.keys(VARIABLES) as Variable[];
  return Object.fromEntries(
    variables.flatMap((variable) => {
      const value = environment[variable];
      return value === undefined ? [] : [[VARIABLES[variable], value]];
    }),
  );
}
