import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountConcurrency } from './account-concurrency.ts';
import { type Assembly, readAssembly } from './assembly.ts';
import { startAwsEndpoint } from './aws-endpoint.ts';
import { putBucketFiles } from './bucket-files.ts';
import { startCloudFront } from './cloudfront-api.ts';
import { lockDataFolder, StartRefused } from './data-folder.ts';
import { undelivered } from './deliveries.ts';
import type { DemoSignIn } from './demo-sign-in.ts';
import { distributionIds } from './distribution.ts';
import { edgeCache, NO_CACHE } from './edge-cache.ts';
import { emulatorClients } from './emulator-clients.ts';
import { type Emulators, endpointsOf, startEmulators } from './emulators.ts';
import { startEventSources } from './event-source.ts';
import { type OnCall, startFunctionGate } from './function-gate.ts';
import { functionLog } from './function-logs.ts';
import { createPool, type FunctionPool } from './function-pool.ts';
import { functionSpecs } from './function-spec.ts';
import { hostParts } from './host-parts.ts';
import { type Host, type HostParts, startHost } from './host-server.ts';
import { projectAssembly } from './kept-assembly.ts';
import { putTraces } from './put-traces.ts';
import { type Endpoints, REGION } from './resource-types.ts';
import { createResources } from './resources.ts';
import { type Running, removeRunning, writeRunning } from './running-file.ts';
import { startNotifications } from './s3-notifications.ts';
import { startSchedules } from './schedules.ts';
import { currentValue, openSecrets } from './secret-values.ts';
import { startSecretsManager } from './secrets-manager-api.ts';
import { openStack } from './stack.ts';
import { type Step, silently } from './start-steps.ts';
import { refuseWhatAwsRefuses } from './template-rules.ts';

export interface LaptopOptions {
  dataDir: string;
  /** 0 for any free one. */
  port: number;
  /** A cloud assembly that exists already; without it the CDK app is run. */
  assemblyDir?: string;
  /** Settings of docs/deploy.md, over those of cdk.json. */
  settings?: Record<string, string>;
  /**
   * The account's concurrent executions. When absent, no function and no stage is throttled, for tests of something
   * else.
   */
  concurrency?: number;
  /** Whether to show every line that the functions log. */
  verbose: boolean;
  /** False: the CDN keeps nothing. */
  cdnCache?: boolean;
  /** Gets lines for the person. */
  show: (line: string) => void;
  /** Tells the person who waits what is done; by default nobody is told. */
  step?: Step;
  /** Gives the functions other addresses than the emulators', of something in between that may fail on purpose. */
  functionEndpoints?: (endpoints: Endpoints) => Promise<Endpoints>;
  /** Called for each call that a function makes; it may delay it. */
  onCall?: OnCall;
}

export interface Laptop {
  running: Running;
  functions: FunctionPool[];
  /** Signs the page in as the demo user. Only the laptop's page can be. */
  signInAs: (demo: DemoSignIn) => void;
  /** Resolves with an explanation when the emulators end by themselves: then nothing works any more. */
  died: Promise<string>;
  /** Takes nothing new, finishes what is in flight within `graceMs`, and releases the data folder. */
  stop: (graceMs?: number) => Promise<void>;
}

/**
 * Starts the whole service from its CloudFormation template.
 * @throws StartRefused for what the person can put right, Error otherwise; whatever was started has ended by then
 */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  const undo: (() => void | Promise<void>)[] = [];
  try {
    return await start(options, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** How long requests and jobs in flight are waited for. */
const GRACE_MS = 20_000;

async function start(options: LaptopOptions, undo: (() => void | Promise<void>)[]): Promise<Laptop> {
  const { dataDir, show, step = silently } = options;
  const unlock = lockDataFolder(dataDir);
  undo.push(unlock);
  // The port first, because it is taken most often, and the person should hear of it at once.
  const later: { parts?: HostParts } = {};
  const host = await openPort(options.port, later);
  undo.push(() => host.stop(0));

  const emulatorsDir = join(dataDir, 'emulators');
  mkdirSync(emulatorsDir, { recursive: true });
  // Most of the start is to make the template; the emulators start meanwhile.
  const [emulators, assembly] = await both(
    step('emulators of S3, SQS, SNS and DynamoDB', () => startEmulators(emulatorsDir)),
    assemble(options, step),
  );
  undo.push(emulators.stop);
  refuseWhatAwsRefuses(assembly);

  const secrets = openSecrets(join(dataDir, 'secrets.json'), assembly.template);
  const secretsManager = await startSecretsManager(secrets);
  undo.push(secretsManager.close);
  const cache = options.cdnCache === false ? NO_CACHE : edgeCache();
  const cloudFront = await startCloudFront((id) => distributionIds(stack).includes(id), cache.invalidate);
  undo.push(cloudFront.close);
  const endpoints = endpointsOf(emulators, secretsManager.url, cloudFront.url);
  const awsEndpoint = await startAwsEndpoint(endpoints);
  undo.push(awsEndpoint.close);

  const secretValue = (id: string): string => {
    const value = currentValue(secrets, id);
    if (value === undefined) throw new Error(`the template has no secret ${id}`);
    return value;
  };
  const stack = openStack(assembly.template, assembly.stackName, endpoints, secretValue);
  const lacking = undelivered(stack);
  if (lacking.length > 0) throw new Error(`AWS would not deliver:\n${lacking.join('\n')}`);
  const clients = emulatorClients(endpoints);
  const traces = putTraces();
  await step('what the template declares, and the page', async () => {
    await createResources(stack, clients);
    await putBucketFiles(stack, assembly.assetDir, clients.s3);
    await startNotifications(stack, emulators, clients, join(dataDir, 'notifications.json'), traces.take);
  });

  const gate = await startFunctionGate(stack, {
    endpoints,
    onPut: traces.note,
    ...(options.onCall && { onCall: options.onCall }),
  });
  undo.push(gate.close);
  const functionEndpoints = (await options.functionEndpoints?.(gate.endpoints)) ?? gate.endpoints;
  // A queue's URL is an address, too, so functions need the gate's.
  const functionStack = openStack(assembly.template, assembly.stackName, functionEndpoints, secretValue);
  const specs = functionSpecs(functionStack, assembly, functionEndpoints);
  const reserved = new Map(
    specs.flatMap(({ name, reservedPlaces }) =>
      reservedPlaces === undefined ? [] : [[name, reservedPlaces] as const],
    ),
  );
  const account = options.concurrency === undefined ? undefined : accountConcurrency(options.concurrency, reserved);
  // A pool has no process until it is used.
  const outputs = stack.outputs();
  const pools = specs.map((one) => {
    // Some functions are told where the service is.
    const env = Object.entries(one.env).map(([name, value]) => [name, replaceBase(value, outputs.Url, host.url)]);
    const spec = { ...one, env: Object.fromEntries(env) };
    const log = functionLog(join(dataDir, 'logs'), spec.logicalId, options.verbose, show);
    return {
      foreground: createPool(spec, log, account),
      background: createPool({ ...spec, isBackground: true }, log, account),
    };
  });
  const functions = pools.map(({ foreground }) => foreground);
  const background = pools.map((pool) => pool.background);
  undo.push(...[...functions, ...background].map(({ end }) => end));
  const isThrottled = account !== undefined;
  const formsUrl = functionEndpoints.s3;
  const parts = hostParts(stack, { functions, s3Endpoint: endpoints.s3, formsUrl, cache, isThrottled, show });
  later.parts = parts;
  const sources = startEventSources(stack, clients.sqs, { foreground: functions, background }, show);
  const schedules = startSchedules(stack, clients.sqs, join(dataDir, 'schedules.json'), show);
  undo.push(schedules.stop);

  const running: Running = {
    pid: process.pid,
    url: host.url,
    region: REGION,
    aws_endpoint: awsEndpoint.url,
    aws_endpoints: endpoints,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([id, value]) => [id, replaceBase(value, outputs.Url, host.url)]),
    ),
  };
  writeRunning(dataDir, running);

  return {
    running,
    functions,
    signInAs(demo) {
      parts.demo = demo;
    },
    died: emulators.died,
    async stop(graceMs = GRACE_MS) {
      removeRunning(dataDir);
      schedules.stop();
      // Requests first, because the event sources may still work on what they queue.
      await host.stop(graceMs);
      const done = Promise.all(sources.map(({ stop }) => stop()));
      emulators.endLongPolls();
      await Promise.race([done, sleep(graceMs, undefined, { ref: false })]);
      await Promise.all([...functions, ...background].map(({ end }) => end()));
      await Promise.all([gate.close(), awsEndpoint.close(), secretsManager.close(), cloudFront.close()]);
      await emulators.stop();
      unlock();
    },
  };
}

/**
 * Where the template names its own host, here is this machine's: `https://…/api/` becomes `http://127.0.0.1:3000/api/`.
 */
const replaceBase = (value: string, base: string | undefined, url: string): string =>
  base !== undefined && value.startsWith(base) ? url + value.slice(base.length) : value;

async function openPort(port: number, later: { parts?: HostParts }): Promise<Host> {
  try {
    return await startHost(port, () => later.parts);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new StartRefused(`port ${port} is in use; choose another with PORT=<number>`);
    throw new StartRefused(`port ${port} cannot be opened: ${message}`);
  }
}

async function assemble({ assemblyDir, dataDir, settings }: LaptopOptions, step: Step): Promise<Assembly> {
  if (assemblyDir !== undefined) return readAssembly(assemblyDir);
  const dir = join(dataDir, 'cdk.out');
  await step(
    'CDK: bundles and template',
    () => projectAssembly(dir, settings),
    (how) => (how === 'kept' ? 'bundles and template, unchanged' : 'CDK: bundles and template'),
  );
  return readAssembly(dir);
}

/** Both, or the first one's error once the emulators have ended. */
async function both(starting: Promise<Emulators>, assembling: Promise<Assembly>): Promise<[Emulators, Assembly]> {
  const [emulators, assembly] = await Promise.allSettled([starting, assembling]);
  if (emulators.status === 'fulfilled' && assembly.status === 'fulfilled') return [emulators.value, assembly.value];
  if (emulators.status === 'fulfilled') await emulators.value.stop();
  throw emulators.status === 'rejected' ? emulators.reason : assembly.status === 'rejected' && assembly.reason;
}
