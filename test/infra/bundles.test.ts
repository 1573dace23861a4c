import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { bundles, PROJECT } from '../../infra/bundles.ts';
import { type BundleSizes, bundleSizes } from '../bundle-sizes.ts';

const built = await bundles();
const ENTRIES = ['change', 'read', 'job', 'import', 'hook'] as const;

/** What a bundle exports, and the modules that it does not contain, as esbuild reads them. */
async function apisOf(folder: string) {
  const { metafile } = await build({
    entryPoints: [join(folder, 'index.mjs')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  return { exports: output?.exports, imports: [...new Set(output?.imports.map(({ path }) => path))].sort() };
}

describe('bundles', () => {
  // Of Node's modules only the one that makes `require`: to import the others costs more than to require them
  // (infra/bundles.ts).
  test.each([
    ['change', ['node:module', 'sharp']],
    ['read', ['node:module']],
    ['job', ['node:module', 'sharp']],
    ['import', ['node:module', 'sharp']],
    ['hook', ['node:module']],
  ] as const)('%s exports its handler, and imports nothing from outside but %j', async (entry, imports) => {
    expect(await apisOf(built[entry])).toEqual({ exports: ['handler'], imports });
  });

  // Names in the SDK's credential chain: they are in a bundle when the chain is.
  test.each(ENTRIES)('%s takes its credentials from the environment, and brings no other way', (entry) => {
    const code = readFileSync(join(built[entry], 'index.mjs'), 'utf8');
    expect(code).toContain('AWS_SECRET_ACCESS_KEY');
    for (const other of ['credential_process', 'sso_start_url', 'AWS_WEB_IDENTITY_TOKEN_FILE']) {
      expect([other, code.includes(other)]).toEqual([other, false]);
    }
  });

  // `zod` contains it, and adds ten milliseconds to every start.
  test.each(ENTRIES)('%s has the smaller of zod’s two', (entry) => {
    expect(readFileSync(join(built[entry], 'index.mjs'), 'utf8')).not.toContain('toJSONSchema');
  });

  test("the layer holds sharp and its libvips for Lambda's Linux", () => {
    for (const name of ['sharp', '@img/sharp-linux-x64', '@img/sharp-libvips-linux-x64']) {
      expect(existsSync(join(built.sharpLayer, 'nodejs/node_modules', name, 'package.json'))).toBe(true);
    }
  });

  test("the layer's semver is one file that does what semver does", async () => {
    const file = join(built.sharpLayer, 'nodejs/node_modules/semver/index.js');
    expect(readFileSync(file, 'utf8')).not.toMatch(/require\(["']\.\/(?:functions|classes|ranges)/);
    const { default: semver } = (await import(file)) as { default: { satisfies: (a: string, b: string) => boolean } };
    expect(semver.satisfies('8.18.7', '>=8.18.0')).toBe(true);
    expect(semver.satisfies('8.17.3', '>=8.18.0')).toBe(false);
  });

  test('building again leaves the files alone', async () => {
    const files = ENTRIES.map((entry) => join(built[entry], 'index.mjs'));
    const before = files.map((file) => statSync(file).ino);
    expect(await bundles()).toEqual(built);
    expect(files.map((file) => statSync(file).ino)).toEqual(before);
  });

  test('none has grown by more than a tenth (npm run record accepts the new sizes)', async () => {
    const recorded: BundleSizes = JSON.parse(readFileSync(join(PROJECT, 'test/recorded/bundle-sizes.json'), 'utf8'));
    const now = bundleSizes(built);
    expect(Object.keys(now)).toEqual(Object.keys(recorded));
    const grown = Object.entries(now).filter(([name, { bytes, zippedBytes }]) => {
      const before = recorded[name];
      return before === undefined || bytes > 1.1 * before.bytes || zippedBytes > 1.1 * before.zippedBytes;
    });
    expect(grown).toEqual([]);
  });

  test("nothing is left behind in a bundle's folder", () => {
    // The worker decodes HEIC in a thread, whose code is a file of its own.
    for (const entry of ENTRIES)
      expect(readdirSync(built[entry])).toEqual([...(entry === 'job' ? ['heic-worker.mjs'] : []), 'index.mjs']);
  });
});
