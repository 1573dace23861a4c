import { expect, test } from '@jest/globals';
import { sharedAssembly } from '../laptop.ts';
import { chaos } from './chaos-run.ts';
import { OVERTAKEN, TICKETS } from './fixed-histories.ts';

/**
 * Random histories under random faults, as `npm run chaos` runs them, but shorter ones: what is looked at, and what is promised,
 * is in docs/reliability.md. The seed is fixed, so that a failure here is a change's doing.
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
  // A run in which nothing went wrong on the way would show nothing.
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(120);
}, 240_000);
