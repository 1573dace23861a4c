import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { PROJECT_DIR } from '../../local/assembly.ts';
import type { ChaosOutcome } from './chaos-run.ts';

/**
 * Random histories under random faults, shorter than those of `npm run chaos`. docs/reliability.md says what is checked
 * and what is promised. The seed is fixed, so a failure here comes from a change.
 * In a process of their own, where they take half as long as inside Jest.
 */
test('100 histories', async () => {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'chaos.ts'), '--short', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PROJECT_DIR }).catch((error) => error);
  const { histories, faults, counterexample } = JSON.parse(stdout) as ChaosOutcome;
  expect(counterexample).toBeUndefined();
  expect(histories).toBe(100);
  // Without faults the run would show nothing.
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(120);
}, 240_000);
