import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MALLOC_VARIABLES } from '../lambdas/env.ts';
import type { ContenderName, Cost, Task } from './image-contenders.ts';

export interface ContenderProcess {
  run(): Promise<Cost>;
  end(): Promise<void>;
}

/**
 * A contender in a process of its own for all of its runs. In one process, one contender's garbage would be collected
 * in another's time. Undefined where the program is not installed.
 */
export async function contenderProcess(name: ContenderName, task: Task): Promise<ContenderProcess | undefined> {
  const child = fork(join(import.meta.dirname, 'contender-child.ts'), [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, ...MALLOC_VARIABLES },
  });
  const gone = once(child, 'exit');
  const lost = gone.then(([code]) => {
    throw new Error(`${name} ended with ${code} at ${task.name}`);
  });
  // Once it is told to end, nobody waits for it any more.
  lost.catch(() => undefined);
  const request = async (message: object): Promise<unknown> => {
    const answered = once(child, 'message');
    child.send(message);
    const [answer] = await Promise.race([answered, lost]);
    return answer;
  };
  const end = async () => {
    child.disconnect();
    await gone;
  };
  if (await request({ name, task })) return { run: async () => (await request({ run: true })) as Cost, end };
  await end();
  return undefined;
}
