import { join } from 'node:path';
import * as z from 'zod';
import { type Assembly, PROJECT_DIR } from './assembly.ts';
import { type Credentials, functionCredentials } from './function-credentials.ts';
import type { RecursiveLoop } from './recursive-loops.ts';
import { type Endpoints, REGION } from './resource-types.ts';
import type { Stack } from './stack.ts';

/** What is needed to run one of the template's functions. */
export interface FunctionSpec {
  logicalId: string;
  name: string;
  arn: string;
  /** The folder of the bundle. */
  taskDir: string;
  /** `<file>.<export>` */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** Reserved concurrency: places of the account that are this function's alone, and all that it may have. */
  reservedPlaces?: number;
  /** What Lambda does with a chain of the function's own messages (`recursive-loops.ts`). */
  recursiveLoop: RecursiveLoop;
  /**
   * Nobody waits for its work. On Lambda each environment has a processor of its own; here it takes what others leave.
   */
  isBackground?: boolean;
  /** The environment of its processes, but for what differs between them (`execution-environment.ts`). */
  env: Record<string, string>;
}

/** The functions of the template, each with its own credentials. `endpoints` are the gate's (`function-gate.ts`). */
export function functionSpecs(stack: Stack, assembly: Assembly, endpoints: Endpoints): FunctionSpec[] {
  const layers = new Map(
    stack
      .ofType('AWS::Lambda::LayerVersion', z.object({ Content: z.object({ S3Key: z.string() }) }))
      .map(({ logicalId, properties }) => [
        stack.ref(logicalId),
        layerDir(assembly.assetDir(properties.Content.S3Key)),
      ]),
  );
  return stack.ofType('AWS::Lambda::Function', functionSchema).map(({ logicalId, name, properties }) => {
    const taskDir = assembly.assetDir(properties.Code.S3Key);
    const nodePath = properties.Layers.map((layer) => layers.get(layer)).join(':');
    return {
      logicalId,
      name,
      arn: stack.attribute(logicalId, 'Arn'),
      taskDir,
      handler: properties.Handler,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedPlaces: properties.ReservedConcurrentExecutions,
      }),
      recursiveLoop: properties.RecursiveLoop,
      env: {
        ...fromThisMachine(),
        ...properties.Environment.Variables,
        ...awsEnvironment(endpoints, functionCredentials(name)),
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: properties.LoggingConfig.LogGroup ?? `/aws/lambda/${name}`,
        LAMBDA_TASK_ROOT: taskDir,
        NODE_PATH: nodePath,
        _HANDLER: properties.Handler,
      },
    };
  });
}

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Runtime: z.string().startsWith('nodejs', { error: 'only Node.js functions run on a laptop' }),
  /** Lambda's defaults: 3 seconds, 128 MB. */
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  ReservedConcurrentExecutions: z.coerce.number().optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
  Layers: z.array(z.string()).default([]),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }).default({ Variables: {} }),
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).default({}),
});

/** The layer holds binaries for Lambda (Linux, x86_64, glibc). Elsewhere the project's own packages stand in for it. */
const layerDir = (assetDir: string): string =>
  process.platform === 'linux' && process.arch === 'x64'
    ? join(assetDir, 'nodejs', 'node_modules')
    : join(PROJECT_DIR, 'node_modules');

/** Nothing else of the person's environment may change what a function does. */
const fromThisMachine = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'TZ'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Points the AWS SDK at the emulators. Nothing else differs from AWS. */
const awsEnvironment = (endpoints: Endpoints, credentials: Credentials): Record<string, string> => ({
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SNS: endpoints.sns,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
  AWS_ENDPOINT_URL_CLOUDFRONT: endpoints.cloudfront,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
});
