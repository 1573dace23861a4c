import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectAssembly } from '../local/kept-assembly.ts';
import { type Laptop, type LaptopOptions, startLaptop } from '../local/laptop-run.ts';

export interface BorrowedLaptop extends Pick<Laptop, 'running'> {
  url: string;
  dataDir: string;
}

export interface TestLaptop extends Laptop, BorrowedLaptop {
  /** What was printed for the person. */
  shown: string[];
  /** Ends the run and removes its data folder. */
  end: () => Promise<void>;
}

type More = Pick<LaptopOptions, 'concurrency' | 'functionEndpoints' | 'onCall'>;

/**
 * A whole laptop run in this process, on a free port, with a data folder of its own.
 * @param assemblyDir a cloud assembly made by the test; by default the project's own, synthesized once a test run
 * @param more without `concurrency` nothing is throttled
 */
export async function testLaptop(assemblyDir?: string, more: More = {}): Promise<TestLaptop> {
  const assembly = assemblyDir ?? (await sharedAssembly());
  const dataDir = mkdtempSync(join(tmpdir(), 'headshot-'));
  const shown: string[] = [];
  const laptop = await startLaptop({
    dataDir,
    port: 0,
    verbose: false,
    show: (line) => shown.push(line),
    ...(assembly !== undefined && { assemblyDir: assembly }),
    ...more,
  });
  return {
    ...laptop,
    url: laptop.running.url,
    dataDir,
    shown,
    async end() {
      await laptop.stop(5_000);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export interface OwnLaptopAsked {
  /** Without it the project's own, synthesized once a test run. */
  assemblyDir?: string | undefined;
  /** Without it nothing is throttled. */
  concurrency?: number | undefined;
}

/**
 * A laptop run of the file's own, in a process of its own: inside Jest everything takes half as long again.
 * @throws Error with the run's own words when it does not start
 */
export async function ownLaptop(asked: OwnLaptopAsked = {}): Promise<BorrowedLaptop & Pick<TestLaptop, 'end'>> {
  const assemblyDir = asked.assemblyDir ?? (await sharedAssembly());
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'laptop-child.ts'),
      JSON.stringify({ ...asked, assemblyDir }),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (text: Buffer) => {
    words += text;
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([first]) => String(first)),
    ended.then(() => undefined),
  ]);
  if (line === undefined) throw new Error(words);
  return {
    ...(JSON.parse(line) as BorrowedLaptop),
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

/**
 * A laptop run of the project's own assembly, lent by `laptop-lender.ts`, which earlier test files may have used. It
 * belongs to this file alone until `end` gives it back. For tests that look at their own users and batches only.
 */
export async function borrowedLaptop(): Promise<BorrowedLaptop & Pick<TestLaptop, 'end'>> {
  const lender = process.env.HEADSHOT_TEST_LAPTOPS ?? '';
  const answer = await fetch(lender, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
  const laptop = (await answer.json()) as BorrowedLaptop;
  return {
    ...laptop,
    async end() {
      await fetch(`${lender}/${new URL(laptop.url).port}`, { method: 'DELETE' });
    },
  };
}

/** The assembly that all tests of this run share; undefined outside Jest, where each run makes its own. */
export function sharedAssembly(): Promise<string | undefined> {
  shared ??= makeShared();
  return shared;
}

/** Made once a process: two must not be made in one place. */
let shared: ReturnType<typeof makeShared> | undefined;

async function makeShared(): Promise<string | undefined> {
  const folder = process.env.HEADSHOT_TEST_ASSEMBLY;
  if (folder === undefined || existsSync(folder)) return folder;
  const mine = `${folder}.${process.pid}`;
  await projectAssembly(mine);
  try {
    renameSync(mine, folder);
  } catch (error) {
    // Another worker was first, and its assembly is the same.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
