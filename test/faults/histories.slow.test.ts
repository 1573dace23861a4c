import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import type { ChaosOutcome } from './chaos-run.ts';

/**
 * Random histories under random faults, as `npm run chaos` runs them, but shorter ones: what is looked at, and what is promised, is in
 * docs/reliability.md. In a process of their own, where they take half as long as inside the test runner.
 */
test('100 histories', async () => {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'chaos.ts'), '--short', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT_DIR }).catch((error) => error);
  const { histories, faults, counterexample } = JSON.parse(stdout) as ChaosOutcome;
  expect(counterexample).toBeUndefined();
  expect(histories).toBe(100);
  // A run in which nothing went wrong on the way would show nothing.
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(120);
}, 240_000);
