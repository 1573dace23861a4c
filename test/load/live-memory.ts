import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getHeapSpaceStatistics } from 'node:v8';

/**
 * What the processes of a load run really hold. Resident memory alone cannot tell what is kept from what the garbage collector
 * has not asked for yet, nor from the room that V8 keeps for young objects: that grows in steps, up to `--max-semi-space-size`, and
 * is hardly ever given back. So `memory-probe.ts` is loaded into each process, collects the garbage, and notes what is left, and
 * what the process has but for that room.
 */
export interface LiveSample {
  /** Milliseconds since 1970. */
  atMs: number;
  /** Heap and external memory (buffers) after a full collection. What native code takes for itself is not in it. */
  liveMb: number;
  /** All that the system counts, but V8's room for young objects. */
  besidesMb: number;
}

/** The environment that loads the probe into a process of Node; `folder` takes its notes. */
export function probeEnvironment(
  folder: string,
  nodeOptions = '',
): Record<'NODE_OPTIONS' | 'MEMORY_PROBE_DIR', string> {
  mkdirSync(folder, { recursive: true });
  const probe = pathToFileURL(join(import.meta.dirname, 'memory-probe.ts'));
  return { NODE_OPTIONS: `${nodeOptions} --expose-gc --import ${probe}`.trim(), MEMORY_PROBE_DIR: folder };
}

/** Has the functions of a template loaded with the probe: their environment is what the template says, and nothing else. */
export function probeFunctions(templateFile: string, folder: string): void {
  const template = JSON.parse(readFileSync(templateFile, 'utf8'));
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: FunctionProperties }>(
    template.Resources,
  )) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const variables = Properties.Environment?.Variables ?? {};
    const probed = { ...variables, ...probeEnvironment(folder, variables.NODE_OPTIONS) };
    Properties.Environment = { Variables: probed };
  }
  writeFileSync(templateFile, JSON.stringify(template));
}
interface FunctionProperties {
  Environment?: { Variables?: Record<string, string> };
}

const notesOf = (folder: string, pid: number): string => join(folder, `${pid}.jsonl`);

/** Of the process that calls. */
export function noteLive(folder: string): void {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const young = getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === 'new_space')
    .reduce((sum, { physical_space_size }) => sum + physical_space_size, 0);
  const sample: LiveSample = {
    atMs: Date.now(),
    liveMb: (heapUsed + external) / 2 ** 20,
    besidesMb: (rss - young) / 2 ** 20,
  };
  appendFileSync(notesOf(folder, process.pid), `${JSON.stringify(sample)}\n`);
}

/** None of a process that had no time to note any. */
export function liveSamples(folder: string, pid: number): LiveSample[] {
  try {
    // A process that was killed may have left half a line.
    const lines = readFileSync(notesOf(folder, pid), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
