import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionSpec } from './function-spec.ts';
import { type FunctionError, type Outcome, startRuntimeApi } from './runtime-api.ts';
import { headerOfInvocation } from './trace-header.ts';

/** An execution environment: a process that runs one invocation at a time, as on Lambda. */
export interface ExecutionEnvironment {
  /** Resolves when its code is loaded, or could not be; then `invoke` says so. */
  loaded: Promise<unknown>;
  /** @param cause the trace header of what caused it; without one a new chain begins */
  invoke: (payload: Buffer, requestId: string, cause?: string) => Promise<Outcome>;
  /** False once its process has ended or is being ended. */
  isAlive: () => boolean;
  /** Ends the process and waits until it is gone. */
  end: () => Promise<void>;
}

/** Lambda's limit for loading a function's code. */
const INIT_SECONDS = 10;
const MEMORY_POLL_MS = 50;
/** Of 19: little more than the processor time that nothing else wants. */
const BACKGROUND_NICENESS = '15';

/**
 * Starts a process for the function. It loads the code at once; the first invocation waits for that.
 * @param log gets what the process writes to its standard output and error
 */
export async function startExecutionEnvironment(
  spec: FunctionSpec,
  log: (text: string) => void,
): Promise<ExecutionEnvironment> {
  const api = await startRuntimeApi();
  // Lambda's runtime limits the heap by the function's memory; Node's default depends on this machine.
  const node = [
    process.execPath,
    `--max-old-space-size=${Math.floor(spec.memoryMb * 0.9)}`,
    join(import.meta.dirname, 'bootstrap.mjs'),
  ];
  // By `nice` and not by a call, which would leave out threads that have started already.
  const [program = '', ...args] = spec.isBackground ? ['nice', '-n', BACKGROUND_NICENESS, ...node] : node;
  const child = spawn(program, args, {
    cwd: spec.taskDir,
    stdio: ['pipe', 'pipe', 'pipe'],
    // Ctrl-C in a terminal reaches the whole process group, but work in flight must finish first.
    detached: true,
    env: {
      ...spec.env,
      AWS_LAMBDA_RUNTIME_API: api.address,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    },
  });
  child.stdout.on('data', (chunk: Buffer) => log(chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => log(chunk.toString('utf8')));
  let alive = true;
  let exit: string | undefined;
  /**
   * For the invocation under way. If each waited for `ended`, all of them, with their answers, would stay in memory
   * until then.
   */
  let tellExit: ((how: string) => void) | undefined;
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => done(signal ? 'signal: killed' : `exit status ${code}`));
  }).then((how) => {
    alive = false;
    exit = how;
    tellExit?.(how);
    void api.close();
    return how;
  });
  const kill = () => {
    alive = false;
    child.kill('SIGKILL');
  };

  let initTimer: NodeJS.Timeout | undefined;
  /** Why the code could not be loaded, as a request is told; undefined when it could. */
  const initFailure: Promise<Failure | undefined> = Promise.race([
    api.initialized.then((error): Failure | undefined => error && (() => error)),
    ended.then(
      (how): Failure =>
        (requestId) =>
          exitError(requestId, how),
    ),
    new Promise<Failure>((done) => {
      initTimer = setTimeout(() => done((requestId) => timeoutError(requestId, INIT_SECONDS)), INIT_SECONDS * 1_000);
    }),
  ]).then((failure) => {
    clearTimeout(initTimer);
    if (failure) kill();
    return failure;
  });

  /** The invocation, unless the process ends or runs out of time first. */
  const invoke = async (payload: Buffer, requestId: string, cause?: string): Promise<Outcome> => {
    const failure = await initFailure;
    if (failure) return failed(failure(requestId));
    const died = new Promise<Outcome>((done) => {
      tellExit = (how) => done(failed(exitError(requestId, how)));
      if (exit !== undefined) tellExit(exit);
    });
    const watch = watchMemory(child, spec.memoryMb, kill);
    const answered = api.invoke({
      requestId,
      payload,
      functionArn: spec.arn,
      traceHeader: headerOfInvocation(cause, spec.arn),
      deadlineMs: Date.now() + spec.timeoutSeconds * 1_000,
    });
    try {
      return await withDeadline(spec.timeoutSeconds, requestId, Promise.race([answered, died]), kill);
    } finally {
      clearInterval(watch);
      tellExit = undefined;
    }
  };
  return {
    loaded: initFailure,
    invoke,
    isAlive: () => alive,
    async end() {
      kill();
      await ended;
    },
  };
}

const failed = (error: FunctionError): Outcome => ({ ok: false, error });

type Failure = (requestId: string) => FunctionError;

/** Lambda's words when the process ends during an invocation. */
const exitError = (requestId: string, how: string): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
});

/** Lambda's words when the time is over. */
const timeoutError = (requestId: string, seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `${new Date().toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`,
});

async function withDeadline(
  seconds: number,
  requestId: string,
  work: Promise<Outcome>,
  kill: () => void,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((done) => {
    timer = setTimeout(() => {
      done(failed(timeoutError(requestId, seconds)));
      kill();
    }, seconds * 1_000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the process when it holds more than the function's memory. Only Linux tells how much that is. */
function watchMemory(child: ChildProcess, memoryMb: number, kill: () => void): NodeJS.Timeout | undefined {
  if (process.platform !== 'linux') return undefined;
  return setInterval(() => {
    if (residentKb(child.pid) > memoryMb * 1024) kill();
  }, MEMORY_POLL_MS);
}

function residentKb(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
