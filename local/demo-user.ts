import { execFile } from 'node:child_process';
import * as z from 'zod';
import { PROJECT_DIR } from './assembly.ts';

/** A user to try the service with; created at the first start, and the same at every later one. */
export interface DemoUser {
  user_id: string | number;
  slack_user_id: string;
  screen_name: string;
  slack: { token: string };
  twitter: Record<string, string>;
}

/**
 * Asks the `headshot` command for the demo user of the run that uses `dataDir`, and creates it when there is none.
 * @param isNew nobody can be there yet, so no time is spent on asking
 * @throws Error with the command's own words
 */
export async function demoUser(dataDir: string, isNew: boolean): Promise<DemoUser> {
  const known = isNew
    ? undefined
    : await headshot(dataDir, ['users', 'token', SCREEN_NAME, '--json']).catch(() => undefined);
  if (known !== undefined) return known;
  return headshot(dataDir, ['users', 'create', '--screen-name', SCREEN_NAME, '--name', 'Demo User', '--json']);
}

const SCREEN_NAME = 'demo';

const demoUserSchema = z.object({
  user_id: z.union([z.string(), z.number()]),
  slack_user_id: z.string(),
  screen_name: z.string(),
  slack: z.object({ token: z.string() }),
  twitter: z.record(z.string(), z.string()),
});

/** In another process, because the command and the laptop run share no code but the names of the environment. */
const headshot = (dataDir: string, args: string[]): Promise<DemoUser> =>
  new Promise((done, fail) => {
    const env = { ...process.env, HEADSHOT_DATA: dataDir };
    execFile(process.execPath, ['cli/headshot.ts', ...args], { cwd: PROJECT_DIR, env }, (error, stdout, stderr) => {
      if (error) return fail(new Error(`headshot ${args.join(' ')} failed: ${stderr.trim() || error.message}`));
      const read = demoUserSchema.safeParse(JSON.parse(stdout));
      if (read.success) done(read.data);
      else fail(new Error(`headshot ${args.join(' ')} printed something else: ${z.prettifyError(read.error)}`));
    });
  });
