import { expect, test } from '@jest/globals';
import { sharedAssembly } from '../laptop.ts';
import { chaos } from './chaos-run.ts';
import { OVERTAKEN, TICKETS } from './fixed-histories.ts';

/**
 * Random histories under random faults, shorter than those of `npm run chaos`. docs/reliability.md says what is checked
 * and what is promised. The seed is fixed, so a failure here comes from a change.
 */
test('100 histories', async () => {
  const assembly = await sharedAssembly();
  if (assembly === undefined) throw new Error('Jest has no shared assembly');
  const { histories, faults, counterexample } = await chaos(assembly, {
    seed: 20261122,
    histories: 100,
    fixed: [...OVERTAKEN, ...TICKETS],
    maxSteps: 5,
  });
  expect(counterexample).toBeUndefined();
  expect(histories).toBe(100);
  // Without faults the run would show nothing.
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(120);
}, 240_000);
