import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Laptop, startLaptop } from '../local/laptop-run.ts';

export interface TestLaptop extends Laptop {
  url: string;
  dataDir: string;
  /** What the run would have shown the person. */
  shown: string[];
  /** Ends the run and removes its data folder. */
  end: () => Promise<void>;
}

/**
 * A whole laptop run on a free port, with a data folder of its own.
 * @param assemblyDir a cloud assembly made by the test; without it the project's own is synthesized (some seconds)
 */
export async function testLaptop(assemblyDir?: string): Promise<TestLaptop> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headshot-'));
  const shown: string[] = [];
  const laptop = await startLaptop({
    dataDir,
    port: 0,
    verbose: false,
    show: (line) => shown.push(line),
    ...(assemblyDir !== undefined && { assemblyDir }),
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
