import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { EXPLAINED } from '../../bench/odd-explained.ts';
import { ODD_GIFS } from './odd-gifs.ts';
import { ODD_JPEGS } from './odd-jpegs.ts';
import { ODD_PNGS } from './odd-pngs.ts';

const NAMES = [...ODD_JPEGS, ...ODD_PNGS, ...ODD_GIFS].map(({ name }) => name);

test('every odd file has a name of its own', () => {
  expect(NAMES.filter((name, index) => NAMES.indexOf(name) !== index)).toEqual([]);
});

test.each(EXPLAINED)('$why: has a line in docs/image.md, and files that it is about', ({ names, why }) => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/image.md'), 'utf8')).toContain(`| **${why}** |`);
  expect(NAMES.some((name) => names.test(name))).toBe(true);
});
