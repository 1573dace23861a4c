import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from './user-error.ts';

/** A running service: where its AWS is, and what its stack's outputs say. */
export interface Target {
  url: string;
  region: string;
  aws_endpoint: string;
  aws_endpoints: Record<string, string>;
  /** The stack's outputs by logical id, e.g. `TableUsers`. */
  outputs: Record<string, string>;
}

const DATA_FOLDER = process.env.HEADSHOT_DATA ?? join(import.meta.dirname, '..', '.headshot');

/**
 * The laptop run of this folder, and the AWS SDK pointed at it.
 * @throws UserError when none is running.
 */
export function laptopTarget(): Target {
  const target = readRunning();
  for (const [service, endpoint] of Object.entries(target.aws_endpoints)) {
    process.env[`AWS_ENDPOINT_URL_${SDK_NAME[service] ?? service.toUpperCase()}`] = endpoint;
  }
  // The emulators take any credentials; the real ones of this person must not reach them.
  process.env.AWS_ACCESS_KEY_ID = 'laptop';
  process.env.AWS_SECRET_ACCESS_KEY = 'laptop';
  delete process.env.AWS_SESSION_TOKEN;
  delete process.env.AWS_PROFILE;
  process.env.AWS_REGION = target.region;
  return target;
}

const SDK_NAME: Record<string, string> = { secretsmanager: 'SECRETS_MANAGER' };

function readRunning(): Target {
  const file = join(resolve(DATA_FOLDER), 'running.json');
  try {
    const running = JSON.parse(readFileSync(file, 'utf8')) as Target & { pid: number };
    // Signal 0 only asks whether the process is there: a killed run leaves its file behind.
    process.kill(running.pid, 0);
    return running;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      throw new UserError('no Headshot is running here; start it with: npm start');
    }
    throw error;
  }
}

/** An output of the stack. @throws when the running stack is older than this command and lacks it. */
export function output(target: Target, name: string): string {
  const value = target.outputs[name];
  if (value === undefined) throw new UserError(`the running stack has no output ${name}; stop it and start it again`);
  return value;
}
