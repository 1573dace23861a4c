import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { PROJECT_DIR } from '../../local/assembly.ts';
import { inputFiles, inputsDigest } from '../../local/assembly-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'headshot-inputs-'));
let before = '';

beforeAll(() => {
  for (const file of inputFiles(PROJECT_DIR)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    // On a machine of Lambda's kind the layer has no install of its own: then any file stands for its list.
    if (existsSync(join(PROJECT_DIR, file))) cpSync(join(PROJECT_DIR, file), join(folder, file));
    else writeFileSync(join(folder, file), '{}');
  }
  before = inputsDigest(folder, {});
});
afterAll(() => rmSync(folder, { recursive: true }));

test('nothing changed, the same digest', () => {
  expect(inputsDigest(folder, {})).toBe(before);
});

// One of each kind: what a person edits, what npm writes, what else the CDK and esbuild read.
test.each([
  'lambdas/on-read.ts',
  'lambdas/image/render.ts',
  'lambdas/on-viewer-request.ts',
  'infra/service.ts',
  'infra/app.ts',
  'web/main.ts',
  'web/index.html',
  'web/icon.svg',
  'web/style/tokens.css',
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
  'infra/sharp-layer/package-lock.json',
  'infra/sharp-layer/node_modules/.package-lock.json',
  'local/assembly.ts',
])('one byte of %s changed, another digest; changed back, the first', (file) => {
  const path = join(folder, file);
  const bytes = readFileSync(path);
  const changed = Buffer.from(bytes);
  changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, changed);
  expect(inputsDigest(folder, {})).not.toBe(before);
  writeFileSync(path, bytes);
  expect(inputsDigest(folder, {})).toBe(before);
});

test('a file that comes, goes or moves is a change', () => {
  const path = join(folder, 'lambdas/edge/new.ts');
  writeFileSync(path, '');
  const withNew = inputsDigest(folder, {});
  rmSync(path);
  writeFileSync(join(folder, 'lambdas/edge/renamed.ts'), '');
  const withOther = inputsDigest(folder, {});
  rmSync(join(folder, 'lambdas/edge/renamed.ts'));
  rmSync(join(folder, 'tsconfig.json'));
  const withoutOne = inputsDigest(folder, {});
  cpSync(join(PROJECT_DIR, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  expect(new Set([before, withNew, withOther, withoutOne]).size).toBe(4);
  expect(inputsDigest(folder, {})).toBe(before);
});

test('settings and Node’s version are part of it', () => {
  expect(inputsDigest(folder, { tracing: 'true' })).not.toBe(before);
  expect(inputsDigest(folder, {}, 'v24.0.0')).not.toBe(inputsDigest(folder, {}, 'v24.0.1'));
});

test('every file of ours that a bundle, the page or the CDK app is made from is among the inputs', async () => {
  const { metafile } = await build({
    absWorkingDir: PROJECT_DIR,
    entryPoints: [
      ...['change', 'read', 'job', 'import', 'sweep', 'hook', 'viewer-request'].map((name) => `lambdas/on-${name}.ts`),
      'infra/app.ts',
      'web/main.ts',
      'web/style/page.css',
    ],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outdir: folder,
    write: false,
    metafile: true,
  });
  const read = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules'));
  expect(read.length).toBeGreaterThan(150);
  expect(inputFiles(PROJECT_DIR)).toEqual(expect.arrayContaining(read));
});
