import { type ContenderName, contender, type Task } from './image-contenders.ts';

/**
 * The process of one contender at one task: the first message has both, each further one asks for a run. It answers
 * whether the contender is installed, then the cost of each run.
 */
let run: Awaited<ReturnType<typeof contender>>;

process.once('message', async ({ name, task }: { name: ContenderName; task: Task }) => {
  run = await contender(name, { ...task, bytes: Buffer.from(task.bytes) });
  process.send?.(run !== undefined);
  process.on('message', async () => process.send?.(await run?.()));
});
