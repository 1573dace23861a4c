import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Target } from './target.ts';
import { UserError } from './user-error.ts';

/**
 * The laptop run of this folder. It also points the AWS SDK at it.
 * @throws UserError when none is running
 */
export function laptopTarget(): Target {
  const { pid: _, ...target } = readRunning();
  for (const [service, endpoint] of Object.entries(target.aws_endpoints)) {
    process.env[`AWS_ENDPOINT_URL_${SDK_NAME[service] ?? service.toUpperCase()}`] = endpoint;
  }
  // The emulators take any credentials, and must not get this person's real ones.
  process.env.AWS_ACCESS_KEY_ID = 'laptop';
  process.env.AWS_SECRET_ACCESS_KEY = 'laptop';
  delete process.env.AWS_SESSION_TOKEN;
  delete process.env.AWS_PROFILE;
  process.env.AWS_REGION = target.region;
  return target;
}

const SDK_NAME: Record<string, string> = { secretsmanager: 'SECRETS_MANAGER' };

type Running = Required<Target> & { pid: number };

function readRunning(): Running {
  const folder = process.env.HEADSHOT_DATA ?? join(import.meta.dirname, '..', '.headshot');
  const file = join(resolve(folder), 'running.json');
  try {
    const running = JSON.parse(readFileSync(file, 'utf8')) as Running;
    // Signal 0 only asks whether the process exists: a killed run leaves its file behind.
    process.kill(running.pid, 0);
    return running;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      throw new UserError(
        'no Headshot is running here; start it with: npm start; or name a deployed one: --stack NAME',
      );
    }
    throw error;
  }
}
