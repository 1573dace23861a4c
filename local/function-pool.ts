import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type AccountConcurrency, tooManyRequests } from './account-concurrency.ts';
import { type ExecutionEnvironment, startExecutionEnvironment } from './execution-environment.ts';
import type { FunctionLog } from './function-logs.ts';
import type { FunctionSpec } from './function-spec.ts';
import { MAX_PAYLOAD_BYTES, type Outcome } from './runtime-api.ts';

/** A function that can be invoked, with as many processes as are needed at once, up to a limit. */
export interface FunctionPool {
  spec: FunctionSpec;
  /**
   * Refused when the account has no place. With a place it waits in line when all processes are busy: a laptop has
   * fewer than an account.
   * @param cause the trace header of what caused it
   */
  invoke: (payload: Buffer, cause?: string) => Promise<Outcome>;
  /** Whether an invocation is under way, or in line. */
  isBusy: () => boolean;
  end: () => Promise<void>;
}

/** Processes for a function. More would only compete for a laptop's cores. */
export const MAX_ENVIRONMENTS = 10;
const IDLE_MS = 5 * 60_000;

/**
 * To load code keeps a core busy. More at once would delay the first answer; others wait for whichever process is free
 * first.
 */
const MAX_STARTING = availableParallelism();

export function createPool(spec: FunctionSpec, log: FunctionLog, account?: AccountConcurrency): FunctionPool {
  const idle: { environment: ExecutionEnvironment; since: number }[] = [];
  const line: PromiseWithResolvers<ExecutionEnvironment>[] = [];
  const all = new Set<ExecutionEnvironment>();
  let starting = 0;
  let invocations = 0;
  let ended = false;

  const sweep = setInterval(() => {
    while (idle[0] && idle[0].since < Date.now() - IDLE_MS) void discard(idle.shift()?.environment);
  }, 30_000);
  sweep.unref();
  const discard = async (environment: ExecutionEnvironment | undefined) => {
    if (!environment) return;
    all.delete(environment);
    await environment.end();
  };

  const take = async (): Promise<ExecutionEnvironment> => {
    // The one used last, because it is warm. Others may have ended.
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (found.environment.isAlive()) return found.environment;
      all.delete(found.environment);
    }
    const turn = Promise.withResolvers<ExecutionEnvironment>();
    line.push(turn);
    startForLine();
    return turn.promise;
  };
  const giveBack = (environment: ExecutionEnvironment) => {
    const isUsable = environment.isAlive() && !ended;
    const next = isUsable ? line.shift() : undefined;
    if (next) next.resolve(environment);
    else if (isUsable) idle.push({ environment, since: Date.now() });
    else all.delete(environment);
    startForLine();
  };
  const startForLine = () => {
    while (line.length > starting && starting < MAX_STARTING && all.size + starting < MAX_ENVIRONMENTS && !ended) {
      starting += 1;
      void start();
    }
  };
  const start = async () => {
    try {
      const environment = await startExecutionEnvironment(spec, log.write);
      all.add(environment);
      if (ended) await environment.end();
      await environment.loaded;
      starting -= 1;
      // One that could not load goes to the first in line too, whose invocation then says why.
      const next = environment.isAlive() ? undefined : line.shift();
      if (next) next.resolve(environment);
      else giveBack(environment);
    } catch (error) {
      starting -= 1;
      line.shift()?.reject(error);
    }
  };

  return {
    spec,
    async invoke(payload, cause) {
      if (payload.length > MAX_PAYLOAD_BYTES) return { ok: false, error: requestTooLarge(payload.length) };
      const leave = account ? account.take(spec.name) : () => undefined;
      if (leave === undefined) return { ok: false, error: tooManyRequests };
      const requestId = randomUUID();
      invocations += 1;
      try {
        const environment = await take();
        try {
          const outcome = await environment.invoke(payload, requestId, cause);
          if (!outcome.ok) log.failed(requestId, outcome.error);
          return outcome;
        } finally {
          giveBack(environment);
        }
      } finally {
        leave();
        invocations -= 1;
      }
    },
    isBusy: () => invocations > 0,
    async end() {
      ended = true;
      clearInterval(sweep);
      for (const turn of line.splice(0)) turn.reject(new Error(`${spec.name} is ended`));
      await Promise.all([...all].map((environment) => environment.end()));
    },
  };
}

/** Lambda's own refusal of a request that is too large; the function never sees it. */
const requestTooLarge = (bytes: number) => ({
  errorType: REQUEST_TOO_LARGE,
  errorMessage: `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${MAX_PAYLOAD_BYTES} bytes)`,
});
export const REQUEST_TOO_LARGE = 'RequestEntityTooLargeException';
