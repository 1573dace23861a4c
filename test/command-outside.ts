import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';

/** Where commands run as a person runs them in a clone: without anything that npm added for this project. */
interface Place {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** `PATH` without the folders in `project`. */
export const pathOutside = (project: string): string =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((place) => !place.startsWith(project))
    .join(delimiter);

/** What a program printed. @throws Error with all of its output, when its exit code is not 0 */
export function ran(program: string, words: string[], place: Place): string {
  const { status, stdout, stderr } = spawnSync(program, words, { ...place, encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const READY_WITHIN_MS = 120_000;

/**
 * Runs a command that does not end by itself, such as `npm start`, and ends it when `work` is done.
 * @param isReady whether enough is printed for `work` to begin; it gets the output so far
 */
export async function whileRunning<T>(
  [program = '', ...words]: string[],
  place: Place,
  isReady: (printed: string) => boolean,
  work: (printed: string) => T | Promise<T>,
): Promise<T> {
  // npm and what it starts are one process group, so that they end together.
  const run = spawn(program, words, { ...place, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  // npm ends before what it started. The pipes close when all have ended.
  const ended = once(run, 'close');
  let printed = '';
  const ready = new Promise<void>((done) => {
    for (const stream of [run.stdout, run.stderr])
      stream.on('data', (chunk) => {
        printed += String(chunk);
        if (isReady(printed)) done();
      });
  });
  const late = new Promise((over) => setTimeout(over, READY_WITHIN_MS).unref());
  const over = Promise.race([ended, late]).then(() => {
    throw new Error(`${program} ${words.join(' ')} is not ready: ${printed}`);
  });
  over.catch(() => undefined);
  try {
    await Promise.race([ready, over]);
    return await work(printed);
  } finally {
    if (run.pid !== undefined && run.exitCode === null) process.kill(-run.pid, 'SIGTERM');
    await ended;
  }
}
