import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What the processes of a load run really hold. Resident memory does not tell what is kept from what is only not
 * collected yet. So `memory-probe.ts` is loaded into each process, collects the garbage, and notes what is left.
 */
interface LiveSample {
  /** Milliseconds since 1970. */
  atMs: number;
  /** Heap and external memory (buffers) after a full collection. Memory of native code is not in it. */
  mb: number;
}

/**
 * V8 enlarges its space for young objects in steps (from 2 MB to over 50 within minutes), and keeps it: a process grows
 * by that without a leak. With this bound, resident memory tells whether a process comes to need more.
 */
const MAX_SEMI_SPACE_MB = 2;

/** The environment that loads the probe into a Node process. Notes go to `folder`. */
export function probeEnvironment(
  folder: string,
  nodeOptions = '',
): Record<'NODE_OPTIONS' | 'MEMORY_PROBE_DIR', string> {
  mkdirSync(folder, { recursive: true });
  const probe = pathToFileURL(join(import.meta.dirname, 'memory-probe.ts'));
  return {
    NODE_OPTIONS: `${nodeOptions} --max-semi-space-size=${MAX_SEMI_SPACE_MB} --expose-gc --import ${probe}`.trim(),
    MEMORY_PROBE_DIR: folder,
  };
}

/** Loads the probe into the functions of a template, by the template, because a function has no other environment. */
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

/** Notes this process's memory. */
export function noteLive(folder: string): void {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const sample: LiveSample = { atMs: Date.now(), mb: (heapUsed + external) / 2 ** 20 };
  appendFileSync(notesOf(folder, process.pid), `${JSON.stringify(sample)}\n`);
}

/** Empty for a process that had no time to note any. */
export function liveSamples(folder: string, pid: number): LiveSample[] {
  try {
    // A killed process may have left half a line.
    const lines = readFileSync(notesOf(folder, pid), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
