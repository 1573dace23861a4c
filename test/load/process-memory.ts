import { readdirSync, readFileSync } from 'node:fs';
import { liveSamples } from './live-memory.ts';

/** The memory of one process during a run. */
export interface ProcessMemory {
  /** `laptop run`, `emulators`, or a function's name. */
  name: string;
  pid: number;
  /** All that the system counts, including garbage not collected yet. */
  resident: Growth;
  /** What is left after a collection. */
  live: Growth | undefined;
}

export interface Growth {
  firstMb: number;
  lastMb: number;
  maxMb: number;
  /** Of a straight line through the samples after the warm-up (least squares). */
  slopeMbPerMinute: number;
}

interface Sample {
  atMs: number;
  mb: number;
}

const EVERY_MS = 1_000;
const MIN_RESIDENT = 10;
const MIN_LIVE = 3;

/**
 * Samples the resident memory of a process and all below it once a second, until `stop`, and reads what they noted in
 * `liveDir`. Linux only: elsewhere it finds nothing.
 */
export function watchMemory(rootPid: number, liveDir: string, nowMs: () => number = Date.now) {
  const startMs = nowMs();
  const samples = new Map<number, { name: string; list: Sample[] }>();
  const sample = () => {
    for (const pid of withDescendants(rootPid)) {
      const mb = residentMb(pid);
      if (mb === undefined) continue;
      const known = samples.get(pid) ?? { name: nameOf(pid, rootPid), list: [] };
      known.list.push({ atMs: nowMs(), mb });
      samples.set(pid, known);
    }
  };
  const timer = setInterval(sample, EVERY_MS);

  return {
    /** @param warmUpMs what comes before is left out of the slopes, because code is loaded and caches fill */
    stop(warmUpMs: number): ProcessMemory[] {
      clearInterval(timer);
      return [...samples].flatMap(([pid, { name, list }]) => {
        const after = (all: Sample[]) => all.filter(({ atMs }) => atMs - startMs >= warmUpMs);
        const resident = growth(after(list), MIN_RESIDENT);
        return resident ? [{ name, pid, resident, live: growth(after(liveSamples(liveDir, pid)), MIN_LIVE) }] : [];
      });
    },
  };
}

/** Undefined for a short life, which says nothing about growth. */
function growth(samples: Sample[], atLeast: number): Growth | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < atLeast) return undefined;
  const maxMb = Math.max(...samples.map(({ mb }) => mb));
  return { firstMb: first.mb, lastMb: last.mb, maxMb, slopeMbPerMinute: slope(samples) * 60_000 };
}

/** Of the least-squares line, in MB a millisecond. */
function slope(samples: Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [atMs, mb] = [mean((one) => one.atMs), mean((one) => one.mb)];
  const spread = samples.reduce((sum, one) => sum + (one.atMs - atMs) ** 2, 0);
  return spread === 0 ? 0 : samples.reduce((sum, one) => sum + (one.atMs - atMs) * (one.mb - mb), 0) / spread;
}

function withDescendants(rootPid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of list('/proc')) {
    // `<pid> (<name>) <state> <parent> …`; a name may hold anything, even brackets.
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : undefined;
    if (stat !== undefined) parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const found = [rootPid];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found.filter((pid) => parents.has(pid));
}

function residentMb(pid: number): number | undefined {
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}

function nameOf(pid: number, rootPid: number): string {
  if (pid === rootPid) return 'laptop run';
  const environment = read(`/proc/${pid}/environ`)?.split('\0') ?? [];
  const name = environment.find((one) => one.startsWith('AWS_LAMBDA_FUNCTION_NAME='))?.split('=')[1];
  return name ?? (read(`/proc/${pid}/cmdline`)?.includes('emulators-child') ? 'emulators' : 'another process');
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
