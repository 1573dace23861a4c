import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { PROJECT_DIR } from './assembly.ts';

/**
 * What a laptop run tells other programs: `<data>/running.json`, which exists while it runs, for its owner only (0600).
 */
const runningSchema = z.object({
  pid: z.number(),
  url: z.string(),
  region: z.string(),
  /** The AWS endpoint: one address for all services. */
  aws_endpoint: z.string(),
  aws_endpoints: z.object({
    s3: z.string(),
    sqs: z.string(),
    dynamodb: z.string(),
    sns: z.string(),
    secretsmanager: z.string(),
    cloudfront: z.string(),
  }),
  /** Every output of the template; `Url` is the laptop's. */
  outputs: z.record(z.string(), z.string()),
});

export type Running = z.infer<typeof runningSchema>;

/** `HEADSHOT_DATA`, or `.headshot/` in the project. */
export const dataFolder = (): string => resolve(process.env.HEADSHOT_DATA || join(PROJECT_DIR, '.headshot'));

const fileIn = (dataDir: string): string => join(dataDir, 'running.json');

export function writeRunning(dataDir: string, running: Running): void {
  writeFileSync(`${fileIn(dataDir)}.new`, JSON.stringify(running, null, 2), { mode: 0o600 });
  renameSync(`${fileIn(dataDir)}.new`, fileIn(dataDir));
}

export const removeRunning = (dataDir: string): void => rmSync(fileIn(dataDir), { force: true });

/** Undefined when no run uses the folder. A killed run may have left its file. */
export function readRunning(dataDir: string): Running | undefined {
  try {
    const running = runningSchema.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
}
