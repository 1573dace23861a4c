import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/assembly.ts';
import type { Running } from '../../local/running-file.ts';
import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts';
import { probeEnvironment, probeFunctions } from './live-memory.ts';
import type { FromService } from './service-process.ts';

interface LoadedService {
  pid: number;
  /** Where each of its processes notes its memory. */
  memoryDir: string;
  running: Running;
  /** Between the functions and the emulators. */
  faults: FaultProxy;
  /** Faults that the proxy has made so far, by kind. */
  faultsDone: Record<string, number>;
  end: () => Promise<void>;
}

interface LoadedOptions {
  /** As in `-c name=value`. */
  settings?: Record<string, string>;
  /** The account's concurrent executions; nothing is throttled when absent. */
  concurrency?: number;
  /** Changes the template's file before the start. */
  change?: (templateFile: string) => void;
  /** Whether every process notes its memory. */
  withProbe?: boolean;
}

/** Starts a laptop run in another process, with a fault proxy between its functions and its emulators. */
export async function loadedService({
  settings = {},
  concurrency,
  change,
  withProbe = true,
}: LoadedOptions = {}): Promise<LoadedService> {
  const folder = mkdtempSync(join(tmpdir(), 'headshot-load-'));
  const assemblyDir = join(folder, 'cdk.out');
  await synthesize(assemblyDir, settings);
  const templateFile = join(assemblyDir, 'Headshot.template.json');
  change?.(templateFile);
  const memoryDir = join(folder, 'memory');
  if (withProbe) probeFunctions(templateFile, memoryDir);
  const child = fork(
    join(import.meta.dirname, 'service-process.ts'),
    [join(folder, 'data'), assemblyDir, String(concurrency ?? '')],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Ctrl-C is for the driver to handle: what it has under way needs the service.
      detached: true,
      // The emulators' process inherits it.
      env: { ...process.env, ...(withProbe && probeEnvironment(memoryDir, process.env.NODE_OPTIONS)) },
    },
  );
  const faultsDone: Record<string, number> = {};
  const onFault = (kind: string) => {
    faultsDone[kind] = (faultsDone[kind] ?? 0) + 1;
  };
  let faults: FaultProxy | undefined;
  const running = await new Promise<Running>((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the service ended with ${code} before it was ready`)));
    child.on('message', async (message: FromService) => {
      if ('endpoints' in message) {
        const { endpoints } = message;
        faults = await startFaultProxy(endpoints, { onFault });
        const { url } = faults;
        child.send({ ...endpoints, s3: url, sqs: url, sns: url, dynamodb: url });
      }
      if ('running' in message) done(message.running);
    });
  });
  if (faults === undefined) throw new Error('the service did not ask what its functions should talk to');
  const proxy = faults;
  return {
    pid: child.pid ?? 0,
    memoryDir,
    running,
    faults: proxy,
    faultsDone,
    async end() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      await proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
