import { listAt, referredId, resourcesOfType, valueAt } from './resources-of-type.ts';
import type { Template } from './template.ts';

/** Lambda's guide, "Lambda quotas", and its API, CreateFunction and CreateEventSourceMapping. */
const MAX_ENVIRONMENT_BYTES = 4 * 1024;
const MAX_LAYERS = 5;
const TIMEOUT_SECONDS = { least: 1, most: 900 };
const MEMORY_MB = { least: 128, most: 10_240 };
const CONCURRENCY = { least: 2, most: 1_000 };
const MAX_BATCH = 10;
const MAX_BATCH_WITH_WINDOW = 10_000;

/**
 * No shorter than a table's or queue's name, ARN or URL on AWS: a queue's name has up to 80 characters, and its URL as
 * much before.
 */
const REFERENCE_BYTES = 140;

/** Names that Lambda reserves (its guide, "Defined runtime environment variables"). */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_.+|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** What Lambda would refuse in functions and event source mappings. */
export function lambdaLimits(template: Template): string[] {
  const functions = resourcesOfType(template, 'AWS::Lambda::Function');
  return [
    ...functions.flatMap(({ id, properties }) => [
      ...environmentOf(id, properties),
      ...within(id, 'Timeout', properties.Timeout, TIMEOUT_SECONDS),
      ...within(id, 'MemorySize', properties.MemorySize, MEMORY_MB),
      ...(listAt(properties, 'Layers').length > MAX_LAYERS ? [`${id}: more than ${MAX_LAYERS} layers`] : []),
    ]),
    ...resourcesOfType(template, 'AWS::Lambda::EventSourceMapping').flatMap(({ id, properties }) =>
      sourceOf(template, id, properties),
    ),
  ];
}

function environmentOf(id: string, properties: Record<string, unknown>): string[] {
  const variables = Object.entries(Object(valueAt(properties, 'Environment', 'Variables')) as Record<string, unknown>);
  const bytes = variables.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value), 0);
  return [
    ...(bytes > MAX_ENVIRONMENT_BYTES
      ? [`${id}: environment variables of ${bytes} bytes, of ${MAX_ENVIRONMENT_BYTES} at the most`]
      : []),
    ...variables.filter(([name]) => RESERVED.test(name)).map(([name]) => `${id}: the variable ${name} is Lambda's own`),
    ...variables
      .filter(([name]) => !/^[A-Za-z]\w+$/.test(name) && !RESERVED.test(name))
      .map(([name]) => `${id}: ${name} is no name of a variable`),
  ];
}

/** A reference counts as the longest value that it may become. */
function bytesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(String(value));
  const literal = listAt(value, 'Fn::Join').flat();
  return literal.length === 0
    ? REFERENCE_BYTES
    : literal.reduce<number>(
        (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : REFERENCE_BYTES),
        0,
      );
}

function sourceOf(template: Template, id: string, properties: Record<string, unknown>): string[] {
  const queue = valueAt(template.Resources[referredId(properties.EventSourceArn) ?? ''], 'Properties');
  const target = valueAt(template.Resources[referredId(properties.FunctionName) ?? ''], 'Properties');
  const visibleSeconds = Number(valueAt(queue, 'VisibilityTimeout') ?? 30);
  const timeoutSeconds = Number(valueAt(target, 'Timeout') ?? 3);
  const batch = Number(properties.BatchSize ?? MAX_BATCH);
  const mostInBatch = Number(properties.MaximumBatchingWindowInSeconds ?? 0) > 0 ? MAX_BATCH_WITH_WINDOW : MAX_BATCH;
  return [
    ...(visibleSeconds < timeoutSeconds
      ? [
          `${id}: queue visibility timeout of ${visibleSeconds} seconds is less than the function's timeout of ${timeoutSeconds}`,
        ]
      : []),
    ...(batch > mostInBatch ? [`${id}: batches of ${batch}, of ${mostInBatch} at the most`] : []),
    ...within(id, 'MaximumConcurrency', valueAt(properties, 'ScalingConfig', 'MaximumConcurrency'), CONCURRENCY),
  ];
}

function within(id: string, what: string, value: unknown, { least, most }: { least: number; most: number }): string[] {
  if (value === undefined || (Number(value) >= least && Number(value) <= most)) return [];
  return [`${id}: ${what} is ${String(value)}, and must be ${least} to ${most}`];
}
