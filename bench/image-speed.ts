import { UPLOAD_POLICIES } from '../lambdas/core/upload-policy.ts';
import { gif, jpeg, photoLike, png } from '../test/pictures.ts';
import { type ContenderProcess, contenderProcess } from './contender-process.ts';
import { CONTENDERS, type ContenderName, type Cost, type Task } from './image-contenders.ts';
import type { Goal, Table } from './table.ts';

const WARM_UPS = 2;
const ROUNDS = 15;
/** Slow ones have fewer. */
const FEWER_ROUNDS: Partial<Record<ContenderName, number>> = { vipsthumbnail: 3, ImageMagick: 3 };

/**
 * One photo made into all its stored pictures, by Headshot and by what people would use instead, in turn in one run.
 * Means. Ratios hold between machines; milliseconds do not.
 */
export async function imageSpeed(): Promise<Table> {
  const rows: Table['rows'] = [];
  const goals: Goal[] = [];
  for (const task of await tasks()) {
    const costs = await means(task);
    const own = costs.get('Headshot');
    const pipelines = costs.get('sharp, a pipeline a size');
    if (!own || !pipelines) throw new Error(`${task.name}: not all were measured`);
    for (const [name, cost] of costs) rows.push([`${task.name}: ${name}`, ...cells(cost, own)]);
    const ratio = (one: number, other: number) => Math.round((100 * one) / other) / 100;
    goals.push(
      {
        what: `${task.name}: CPU of Headshot ÷ a pipeline a size`,
        measured: ratio(own.cpuMs, pipelines.cpuMs),
        atMost: 0.8,
        unit: '×',
      },
      {
        what: `${task.name}: bytes of Headshot ÷ a pipeline a size`,
        measured: Math.round((1000 * own.bytesWritten) / pipelines.bytesWritten) / 1000,
        atMost: 1,
        unit: '×',
      },
    );
  }
  return {
    name: 'image-speed',
    title: 'One photo made into all its stored pictures (CPU of all threads; means of runs in turn)',
    columns: ['', 'CPU ms', 'wall ms', 'KB written', "CPU ÷ Headshot's"],
    rows,
    goals,
  };
}

/** In turn, so that a busy minute of the machine affects all alike. */
async function means(task: Task): Promise<Map<ContenderName, Cost | undefined>> {
  const processes = new Map<ContenderName, ContenderProcess | undefined>();
  for (const name of CONTENDERS) processes.set(name, await contenderProcess(name, task));
  const costs = new Map<ContenderName, Cost[]>(CONTENDERS.map((name) => [name, []]));
  for (let round = -WARM_UPS; round < ROUNDS; round++)
    for (const [name, process] of processes) {
      if (round >= (FEWER_ROUNDS[name] ?? ROUNDS)) continue;
      const cost = await process?.run();
      if (cost !== undefined && round >= 0) costs.get(name)?.push(cost);
    }
  for (const process of processes.values()) await process?.end();
  return new Map([...costs].map(([name, runs]) => [name, runs.length === 0 ? undefined : mean(runs)]));
}

/** Of each figure. Not the median: garbage collection is a cost of photos too, though not every run pays it. */
function mean(runs: Cost[]): Cost {
  const meanOf = (figure: (cost: Cost) => number) => runs.reduce((sum, cost) => sum + figure(cost), 0) / runs.length;
  return {
    cpuMs: meanOf(({ cpuMs }) => cpuMs),
    wallMs: meanOf(({ wallMs }) => wallMs),
    bytesWritten: meanOf(({ bytesWritten }) => bytesWritten),
  };
}

const cells = (cost: Cost | undefined, own: Cost): (string | number)[] =>
  cost === undefined
    ? ['not installed', '', '', '']
    : [
        Math.round(cost.cpuMs),
        Math.round(cost.wallMs),
        Math.round(cost.bytesWritten / 1000),
        (cost.cpuMs / own.cpuMs).toFixed(2),
      ];

async function tasks(): Promise<Task[]> {
  const square = photoLike(1024, 1024);
  const { slack, twitter } = UPLOAD_POLICIES;
  return [
    { name: 'JPEG 1024×1024', bytes: await jpeg({ picture: square }), policy: slack },
    { name: 'PNG 1024×1024', bytes: await png({ picture: square }), policy: slack },
    {
      name: 'JPEG 1024×768',
      bytes: await jpeg({ picture: photoLike(1024, 768, 2) }),
      policy: { ...twitter, maxBytes: 4_500_000 },
    },
    {
      name: 'JPEG of 24 megapixels at Twitter',
      bytes: await jpeg({ picture: photoLike(6000, 4000, 3), quality: 30 }),
      policy: twitter,
    },
    {
      name: 'GIF of 60 frames, 512×512',
      bytes: await gif({ frames: Array.from({ length: 60 }, (_, seed) => photoLike(512, 512, seed)) }),
      policy: { ...slack, maxBytes: 40_000_000 },
    },
  ];
}
