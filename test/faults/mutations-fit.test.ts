import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { MUTATIONS } from './mutation-list.ts';

// `npm run chaos:mutations` takes too long to run with every change. This finds a mutation that has lost its line.
test.each(MUTATIONS)('a mutation fits its file: $what', ({ file, from }) => {
  const source = readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
  expect(source.split(from).length - 1).toBe(1);
});
