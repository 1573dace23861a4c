import { execFile } from 'node:child_process';
import { PROJECT_DIR } from '../local/assembly.ts';

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/**
 * Runs the `headshot` command in a process, and waits until it ends. An exit code other than 0 is a result, no error.
 * @param env its whole environment, but for `PATH` and Node's compile cache
 */
export const headshotCommand = (words: string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((done) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const options = { cwd: PROJECT_DIR, env: { PATH, NODE_COMPILE_CACHE, ...env }, maxBuffer: 64e6 };
    execFile(process.execPath, ['cli/headshot.ts', ...words], options, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
