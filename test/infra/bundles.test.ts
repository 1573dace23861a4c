import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { bundles } from '../../infra/bundles.ts';

const built = await bundles();

/** Modules that a bundle leaves to its surroundings. */
function importsOf(folder: string): string[] {
  const text = readFileSync(join(folder, 'index.mjs'), 'utf8');
  const names = [...text.matchAll(/^import [^'"]*['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm)];
  return names.map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}

describe('bundles', () => {
  test.each([
    ['change', ['sharp']],
    ['read', []],
    ['job', ['sharp']],
    ['import', ['sharp']],
  ] as const)("%s takes nothing from outside but Node's own and %j", (entry, outside) => {
    const foreign = importsOf(built[entry]).filter(
      (name) => !name.startsWith('node:') && !builtinModules.includes(name),
    );
    expect([...new Set(foreign)]).toEqual(outside);
  });

  test.each(['change', 'read', 'job', 'import'] as const)('%s exports its handler', (entry) => {
    expect(readFileSync(join(built[entry], 'index.mjs'), 'utf8')).toMatch(/^export \{[^}]*\bhandler\b[^}]*\};?$/m);
  });

  test("the layer holds sharp and its libvips for Lambda's Linux", () => {
    for (const name of ['sharp', '@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64']) {
      expect(existsSync(join(built.sharpLayer, 'nodejs/node_modules', name, 'package.json'))).toBe(true);
    }
  });

  test('building again leaves the files alone', async () => {
    const files = [built.change, built.read, built.job, built.import].map((folder) => join(folder, 'index.mjs'));
    const before = files.map((file) => statSync(file).ino);
    expect(await bundles()).toEqual(built);
    expect(files.map((file) => statSync(file).ino)).toEqual(before);
  });
});
