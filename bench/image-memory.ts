import { SETTINGS } from '../infra/deploy-settings.ts';
import { SOURCE_FORMATS, type SourceFormat } from '../lambdas/core/photo.ts';
import { COSTS } from '../test/hostile/costs.ts';
import { HOSTILE } from '../test/hostile/hostile-files.ts';
import { hostileProcess } from '../test/hostile/hostile-process.ts';
import { LARGE } from '../test/hostile/large-files.ts';
import type { Table } from './table.ts';

/** Several, because what a worker keeps from one picture adds to the next. */
const TURNS = 5;
const BOUND_MS = 120_000;
const SHOWN_ROWS = 8;

/**
 * The hostile files, and the largest pictures that are accepted, each five times in a process of its own: the highest
 * memory of the process, Node.js and libvips included, and the time of the fastest turn for check and pictures.
 */
export async function imageMemory(): Promise<Table> {
  const costs: {
    format: SourceFormat;
    name: string;
    bytes: number;
    peakMB: number;
    tookMs: number;
    cpuMs: number;
    outcome: string;
  }[] = [];
  for (const format of SOURCE_FORMATS)
    for (const { name, make } of [...HOSTILE[format], ...LARGE[format]]) {
      const file = await make();
      const child = hostileProcess(BOUND_MS);
      const tried = [];
      for (let turn = 0; turn < TURNS; turn++) tried.push(await child.tries(file));
      await child.end();
      costs.push({
        format,
        name: `${format}: ${name}`,
        bytes: file.length,
        peakMB: Math.round(Math.max(...tried.map(({ peakMB }) => peakMB))),
        // The fastest, because other work on the machine only adds.
        tookMs: Math.round(Math.min(...tried.map(({ tookMs }) => tookMs))),
        cpuMs: Math.round(Math.min(...tried.map(({ cpuMs }) => cpuMs))),
        outcome: tried[0]?.outcome ?? '',
      });
    }
  const worstMemory = Math.max(...costs.map(({ peakMB }) => peakMB));
  const shown = costs.toSorted((one, other) => other.peakMB - one.peakMB).slice(0, SHOWN_ROWS);
  const slowest = costs.toSorted((one, other) => other.cpuMs - one.cpuMs).filter((cost) => !shown.includes(cost));
  return {
    name: 'image-memory',
    title: `The worst of ${costs.length} hostile files, each ${TURNS} times in one process (check and pictures)`,
    columns: ['', 'file KB', 'peak MB', 'CPU ms', 'wall ms', 'outcome'],
    rows: [...shown, ...slowest.slice(0, SHOWN_ROWS / 2)].map(({ name, bytes, peakMB, cpuMs, tookMs, outcome }) => [
      name,
      Math.round(bytes / 1000),
      peakMB,
      cpuMs,
      tookMs,
      outcome,
    ]),
    goals: [
      // CPU time, so that a busy machine does not count.
      ...SOURCE_FORMATS.flatMap((format) => {
        const own = costs.filter((cost) => cost.format === format);
        const [memory, time] = [own.map(({ peakMB }) => peakMB), own.map(({ cpuMs }) => cpuMs)];
        return [
          { what: `${format}: memory`, measured: Math.max(...memory), atMost: COSTS[format].maxMemoryMb, unit: 'MB' },
          { what: `${format}: CPU`, measured: Math.max(...time), atMost: COSTS[format].maxMs, unit: 'ms' },
        ];
      }),
      {
        what: "the worker's memory, a third to spare",
        measured: worstMemory,
        atMost: Math.floor((Number(SETTINGS.jobMemoryMb.standard) * 2) / 3),
        unit: 'MB',
      },
    ],
  };
}
