import { setTimeout as sleep } from 'node:timers/promises';
import type { OnCall } from '../local/function-gate.ts';
import { type World, worldHere } from '../test/world.ts';

/** A call that a function made. All times are milliseconds of one clock. */
export interface TracedCall {
  /** Logical id of the function, without its hash. */
  functionId: string;
  /** The call and what it is about: `GetItem Users`, `PUT Raw`. */
  what: string;
  startMs: number;
  endMs: number;
}

export interface TracedWorld extends World {
  /**
   * What was called since the last look, once the service is at rest. Waits up to 20 s until `isThere`, because S3
   * takes its time to notify.
   */
  calls: (isThere?: (calls: TracedCall[]) => boolean) => Promise<TracedCall[]>;
}

/** The worker's last calls, and the deletion of its message, come a moment after the queue looks empty. */
const REST_MS = 100;
const MAX_WAIT_MS = 20_000;

/** A laptop run in which each AWS call takes longer by the delay, and is noted. */
export async function tracedWorld(delayMs: number): Promise<TracedWorld> {
  let noted: TracedCall[] = [];
  let underWay = 0;
  const onCall: OnCall = async ({ functionName, operation, resource }) => {
    const startMs = performance.now();
    underWay++;
    await sleep(delayMs);
    return () => {
      underWay--;
      const functionId = withoutHash(functionName);
      noted.push({
        functionId,
        what: `${operation.split('.')[1]} ${about(resource)}`,
        startMs,
        endMs: performance.now(),
      });
    };
  };
  const world = await worldHere(undefined, { onCall });
  return {
    ...world,
    async calls(isThere = () => true) {
      const untilMs = performance.now() + MAX_WAIT_MS;
      for (let quiet = 0; quiet < 2; ) {
        await sleep(REST_MS);
        const depths = await world.depths();
        const isOver = isThere(noted) || performance.now() > untilMs;
        quiet = isOver && underWay === 0 && Object.values(depths).every((depth) => depth === 0) ? quiet + 1 : 0;
      }
      const taken = noted.toSorted((a, b) => a.startMs - b.startMs);
      noted = [];
      return taken;
    },
  };
}

/**
 * How many calls wait for each other: the longest chain in which each starts after the one before has ended. With
 * `last`, among the calls up to its end.
 */
export function stepsOf(calls: TracedCall[], last?: TracedCall): number {
  const depths = new Map<TracedCall, number>();
  for (const call of calls.toSorted((a, b) => a.startMs - b.startMs)) {
    const before = [...depths].filter(([{ endMs }]) => endMs <= call.startMs).map(([, depth]) => depth);
    depths.set(call, 1 + Math.max(0, ...before));
  }
  return last === undefined ? Math.max(0, ...depths.values()) : (depths.get(last) ?? Number.NaN);
}

/** A line for each call: its start, counted from `fromMs`, its time, its function, and what it is. */
export function waterfall(calls: TracedCall[], fromMs: number): string[] {
  const from = (call: TracedCall) => Math.round(call.startMs - fromMs);
  const length = (call: TracedCall) => Math.max(1, Math.round(call.endMs - call.startMs));
  return calls.map((call) => {
    const bar = ' '.repeat(Math.round(from(call) / MS_A_COLUMN)) + '█'.repeat(Math.ceil(length(call) / MS_A_COLUMN));
    const figures = `${String(from(call)).padStart(5)} ${String(length(call)).padStart(4)}`;
    return `${figures}  ${call.functionId.padEnd(9)} ${call.what.padEnd(24)} ${bar}`;
  });
}

const MS_A_COLUMN = 10;

/** The end of an ARN, by the stack's names. Of an object, its bucket. */
function about(resource: string): string {
  const [, bucket] = /^arn:aws:s3:::([^/]+)/.exec(resource) ?? [];
  const name = withoutHash(bucket ?? resource.split(/[:/]/).at(-1) ?? '');
  return name.replace(/^(Table|Bucket|Queue|Topic)/, '');
}

const withoutHash = (name: string): string => name.replace(/[0-9A-F]{8}$/, '');
