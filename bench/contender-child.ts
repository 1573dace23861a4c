import { type ContenderName, contender, type Task } from './image-contenders.ts';

/**
 * The process of one contender at one task: the first message is both, each further one asks for a run. It answers whether
 * the contender is here, then what each run cost.
 */
let run: Awaited<ReturnType<typeof contender>>;

process.once('message', async ({ name, task }: { name: ContenderName; task: Task }) => {
  run = await contender(name, { ...task, bytes: Buffer.from(task.bytes) });
  process.send?.(run !== undefined);
  process.on('message', async () => process.send?.(await run?.()));
});
