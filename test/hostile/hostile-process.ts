import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MALLOC_VARIABLES } from '../../lambdas/env.ts';

/** What came of one file: a picture, a refusal, or what must not be. */
export interface Tried {
  outcome: string;
  /** For the check and, where it is accepted, all pictures. */
  tookMs: number;
  /** Of all threads. No less than `tookMs` on a machine that does nothing else. */
  cpuMs: number;
  /** The most that the process has held so far. */
  peakMB: number;
}

export interface HostileProcess {
  /**
   * Tries one file. A crash and a hang are outcomes too: `crashed`, `hung`.
   * The process is gone then, and what is tried after it is `crashed`. Where the one file may take no longer than
   * `fileBoundMs`, it has hung after that.
   */
  tries(bytes: Uint8Array, fileBoundMs?: number): Promise<Tried>;
  end(): Promise<void>;
}

/** Starts a process that lives until it is ended, crashes, or has worked on its files for `boundMs`. */
export function hostileProcess(boundMs: number): HostileProcess {
  const child = fork(join(import.meta.dirname, 'hostile-child.ts'), [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...MALLOC_VARIABLES },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isGone = false;
  let hasHung = false;
  const gone = once(child, 'exit').then(() => {
    isGone = true;
  });
  const discardWork = () => {
    hasHung = true;
    child.kill('SIGKILL');
  };
  const bound = setTimeout(discardWork, boundMs);

  return {
    async tries(bytes, fileBoundMs) {
      const lost = (): Tried => ({
        outcome: hasHung ? 'hung' : 'crashed',
        tookMs: Number.NaN,
        cpuMs: Number.NaN,
        peakMB: Number.NaN,
      });
      if (isGone) return lost();
      const timer = fileBoundMs === undefined ? undefined : setTimeout(discardWork, fileBoundMs);
      child.send(bytes);
      const answered = once(child, 'message').then(([tried]) => tried as Tried);
      return Promise.race([answered, gone.then(lost)]).finally(() => clearTimeout(timer));
    },
    async end() {
      clearTimeout(bound);
      if (!isGone) child.disconnect();
      await gone;
    },
  };
}
