import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WorldHere, worldHere } from '../test/world.ts';

/** One invocation of a function, as `time-calls.mjs` measured it inside the process. */
export interface FunctionCalls {
  /** Logical id without its hash. */
  id: string;
  tookMs: number;
  /** Processor time of the whole process, all threads. */
  cpuMs: number;
  /** The times in which AWS calls were under way; calls at once are one round. */
  rounds: { calls: string[]; atMs: number; tookMs: number }[];
  calls: string[];
}

export interface CountedWorld extends WorldHere {
  /** The invocations since the last look, once the service is at rest. */
  invocations: () => Promise<FunctionCalls[]>;
}

/** A process writes its line a moment before its answer leaves. */
const REST_MS = 300;

/** A laptop run whose functions report their calls. */
export async function countedWorld(): Promise<CountedWorld> {
  const world = await worldHere();
  const folder = mkdtempSync(join(tmpdir(), 'headshot-bench-'));
  const file = join(folder, 'calls.jsonl');
  for (const { spec } of world.laptop.functions) {
    spec.env.NODE_OPTIONS = `--import=${join(import.meta.dirname, 'time-calls.mjs')}`;
    spec.env.HEADSHOT_BENCH_CALLS = file;
  }
  let seen = 0;
  return {
    ...world,
    async invocations() {
      for (;;) {
        const depths = await world.depths();
        await sleep(REST_MS);
        if (Object.values(depths).every((depth) => depth === 0)) break;
      }
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      const fresh = lines.slice(seen);
      seen = lines.length;
      return fresh.map((line) => {
        const { name, ...rest } = JSON.parse(line) as Omit<FunctionCalls, 'id'> & { name: string };
        return { id: name.replace(/[0-9A-F]{8}$/, ''), ...rest };
      });
    },
    async end() {
      await world.end();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Milliseconds in which the function itself worked, or waited for something other than AWS. */
export const ownMs = ({ tookMs, rounds }: FunctionCalls): number =>
  tookMs - rounds.reduce((sum, round) => sum + round.tookMs, 0);
