import { type ChildProcess, spawn } from 'node:child_process';
import { PROJECT_DIR } from '../local/assembly.ts';
import type { ImportWorld } from '../test/import-world.ts';

/** The command against a laptop run, in a process of its own. */
export function startCommand(world: ImportWorld, ...args: string[]): ChildProcess {
  const env = { ...process.env, HEADSHOT_DATA: world.laptop.dataDir };
  return spawn(process.execPath, ['cli/headshot.ts', ...args], { cwd: PROJECT_DIR, env, stdio: 'ignore' });
}
