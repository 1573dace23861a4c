import { randomUUID } from 'node:crypto';
import { type FunctionEnvironment, startEnvironment } from './function-environment.ts';
import type { FunctionLog } from './function-logs.ts';
import type { FunctionSpec } from './function-spec.ts';
import { MAX_PAYLOAD_BYTES, type Outcome } from './runtime-api.ts';

/** A function that can be invoked: as many processes as are needed at once, up to a bound. */
export interface FunctionPool {
  spec: FunctionSpec;
  /** Waits in line when all processes are busy: a laptop waits where AWS would throttle. */
  invoke: (payload: Buffer) => Promise<Outcome>;
  end: () => Promise<void>;
}

/** Processes a function. More would only compete for a laptop's cores. */
export const MAX_ENVIRONMENTS = 10;
const IDLE_MS = 5 * 60_000;

export function createPool(spec: FunctionSpec, log: FunctionLog): FunctionPool {
  const idle: { environment: FunctionEnvironment; since: number }[] = [];
  const line: (() => void)[] = [];
  const all = new Set<FunctionEnvironment>();
  let busy = 0;

  const sweep = setInterval(() => {
    while (idle[0] && idle[0].since < Date.now() - IDLE_MS) void forget(idle.shift()?.environment);
  }, 30_000);
  sweep.unref();
  const forget = async (environment: FunctionEnvironment | undefined) => {
    if (!environment) return;
    all.delete(environment);
    await environment.end();
  };
  const take = async (): Promise<FunctionEnvironment> => {
    // The one used last: it is warm, and the others may end.
    for (let found = idle.pop(); found; found = idle.pop()) {
      if (found.environment.isAlive()) return found.environment;
      all.delete(found.environment);
    }
    const environment = await startEnvironment(spec, log.write);
    all.add(environment);
    return environment;
  };

  return {
    spec,
    async invoke(payload) {
      if (payload.length > MAX_PAYLOAD_BYTES) return { ok: false, error: requestTooLarge(payload.length) };
      if (busy >= MAX_ENVIRONMENTS) await new Promise<void>((turn) => line.push(turn));
      else busy += 1;
      const requestId = randomUUID();
      try {
        const environment = await take();
        const outcome = await environment.invoke(payload, requestId);
        if (environment.isAlive()) idle.push({ environment, since: Date.now() });
        else all.delete(environment);
        if (!outcome.ok) log.failed(requestId, outcome.error);
        return outcome;
      } finally {
        const next = line.shift();
        if (next) next();
        else busy -= 1;
      }
    },
    async end() {
      clearInterval(sweep);
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
