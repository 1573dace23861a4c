import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';

/** Commands in a clone, as a person calls them there: nothing that npm added for this project reaches them. */
export interface Place {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** The places for programs, without those in `project`. */
export const pathOutside = (project: string): string =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter((place) => !place.startsWith(project))
    .join(delimiter);

/** What a program printed. @throws Error with all that it said, when it ends with another code than 0 */
export function ran(program: string, words: string[], place: Place): string {
  const { status, stdout, stderr } = spawnSync(program, words, { ...place, encoding: 'utf8', maxBuffer: 1e8 });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const READY_WITHIN_MS = 120_000;

/**
 * Runs a command that goes on until it is ended, `npm start`, and ends it when `work` is done.
 * @param isReady whether all is printed that `work` waits for; it is given that
 */
export async function whileRunning<T>(
  [program = '', ...words]: string[],
  place: Place,
  isReady: (printed: string) => boolean,
  work: (printed: string) => T | Promise<T>,
): Promise<T> {
  // npm and what it starts are a group of their own, and end together.
  const run = spawn(program, words, { ...place, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  // npm is gone before what it started is; its pipes are closed when all of them are.
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
