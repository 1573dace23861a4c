import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { CreatedObject } from './object-created-journal.ts';
import type { Endpoints } from './resource-types.ts';

/** The emulators of S3, SQS, SNS (one address) and DynamoDB, in another process. */
export interface Emulators {
  aws: string;
  dynamodb: string;
  pid: number;
  /** Resolves with an explanation when the process ends without `stop`. */
  died: Promise<string>;
  /**
   * Calls `tell` for every object that is put into these buckets, at least once: again at the next start, when it
   * failed or was cut off.
   */
  onCreated: (buckets: string[], tell: (object: CreatedObject) => Promise<void>) => void;
  /** Before a stop: nobody waits for a message any more. What is sent then stays in its queue. */
  endLongPolls: () => void;
  stop: () => Promise<void>;
}

const RETRY_MS = 500;

/**
 * Starts the emulators on free loopback ports. Their data is in `dataDir` and survives kill -9.
 * @throws Error when the process ends before it is ready
 */
export async function startEmulators(dataDir: string): Promise<Emulators> {
  const child = fork(join(import.meta.dirname, 'emulators-child.ts'), [dataDir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-4_000);
  });
  let stopping = false;
  const stderrClosed = once(child.stderr ?? child, 'close');
  // Not the child's 'close', which does not come after this side has closed the channel.
  const ended = once(child, 'exit').then(async ([code, signal]) => {
    await stderrClosed;
    return `the emulators ended (${signal ?? `exit ${code}`}) ${stderr.trim()}`.trim();
  });
  const ready = await Promise.race([once(child, 'message'), ended]);
  if (typeof ready === 'string') throw new Error(ready);
  const ports = z.object({ aws: z.number(), dynamodb: z.number() }).parse(ready[0]);
  return {
    aws: `http://127.0.0.1:${ports.aws}`,
    dynamodb: `http://127.0.0.1:${ports.dynamodb}`,
    pid: child.pid ?? 0,
    died: new Promise((done) => void ended.then((why) => stopping || done(why))),
    onCreated(buckets, tell) {
      // One after the other, with a rest as long as each took: a folder of files leaves half of the time to people.
      let last = Promise.resolve();
      const next = async (created: CreatedObject) => {
        const startMs = performance.now();
        // What cannot be told now is told later, at the latest after the next start.
        while (child.connected && !(await isDone(tell(created)))) await sleep(RETRY_MS);
        if (child.connected) child.send({ notified: created.sequencer });
        await sleep(performance.now() - startMs);
      };
      child.on('message', ({ created }: { created: CreatedObject }) => {
        last = last.then(() => next(created));
      });
      child.send({ watch: buckets });
    },
    endLongPolls() {
      if (child.connected) child.send('end long polls');
    },
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

const isDone = (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** Which of them serves which service, with the two that are not theirs. */
export const endpointsOf = (
  { aws, dynamodb }: Pick<Emulators, 'aws' | 'dynamodb'>,
  secretsmanager: string,
  cloudfront: string,
): Endpoints => ({ s3: aws, sqs: aws, sns: aws, dynamodb, secretsmanager, cloudfront });
