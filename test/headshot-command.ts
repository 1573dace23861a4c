import { execFile } from 'node:child_process';
import { PROJECT_DIR } from '../local/assembly.ts';

export interface Ended {
  code: number;
  out: string;
  err: string;
}

/**
 * Calls the `headshot` command as a person does, and waits until it has ended. A wrong exit code is an outcome.
 * @param env all that it sees of an environment, but for where programs are and where Node keeps what it has compiled
 */
export const headshotCommand = (words: string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
  new Promise((done) => {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const options = { cwd: PROJECT_DIR, env: { PATH, NODE_COMPILE_CACHE, ...env }, maxBuffer: 64e6 };
    execFile(process.execPath, ['cli/headshot.ts', ...words], options, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
