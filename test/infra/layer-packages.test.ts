import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { layerPackages } from '../../infra/layer-packages.ts';
import { PROJECT_DIR } from '../../local/assembly.ts';

/**
 * What sharp needs on Lambda's x86_64: its own package, its native parts for glibc, and three small ones. And HEIC's
 * decoder.
 */
const NAMES = [
  '@img/colour',
  '@img/sharp-libvips-linux-x64',
  '@img/sharp-linux-x64',
  'detect-libc',
  'libheif-js',
  'semver',
  'sharp',
];
const LAYER = 'infra/sharp-layer';

let project = '';
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'headshot-layer-'));
  mkdirSync(join(project, LAYER), { recursive: true });
  cpSync(join(PROJECT_DIR, LAYER, 'package-lock.json'), join(project, LAYER, 'package-lock.json'));
});
afterEach(() => rmSync(project, { recursive: true }));

/** An install below `root` of what `lockFile` names, as npm leaves it: its list, and a folder for each package. */
function install(root: string, lockFile: string, names: string[]): void {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_DIR, lockFile), 'utf8'));
  const paths = names.map((name) => `node_modules/${name}`);
  for (const path of paths) {
    mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, path, 'package.json'), '{}');
  }
  const list = join(root, 'node_modules/.package-lock.json');
  mkdirSync(dirname(list), { recursive: true });
  writeFileSync(list, JSON.stringify({ packages: Object.fromEntries(paths.map((path) => [path, packages[path]])) }));
}

const folders = () => layerPackages(project, 'x86_64');

test('the layer and the project lock the same bytes, so a machine of Lambda’s kind installs them once', () => {
  install(project, 'package-lock.json', NAMES);
  expect(folders()).toEqual(new Map(NAMES.map((name) => [name, join(project, 'node_modules', name)])));
});

test('a machine of another kind has them from the layer’s own install', () => {
  install(project, 'package-lock.json', [
    '@img/colour',
    '@img/sharp-darwin-arm64',
    'detect-libc',
    'libheif-js',
    'semver',
    'sharp',
  ]);
  expect(folders()).toBeUndefined();
  install(join(project, LAYER), `${LAYER}/package-lock.json`, NAMES);
  expect(folders()).toEqual(new Map(NAMES.map((name) => [name, join(project, LAYER, 'node_modules', name)])));
});

test('another sharp in the project than the layer’s lock file says is not taken', () => {
  install(project, 'package-lock.json', NAMES);
  const list = join(project, 'node_modules/.package-lock.json');
  writeFileSync(list, readFileSync(list, 'utf8').replaceAll('sha512-', 'sha512-another'));
  expect(folders()).toBeUndefined();
});

test('a package that is listed and not there is not taken', () => {
  install(project, 'package-lock.json', NAMES);
  rmSync(join(project, 'node_modules/@img/sharp-linux-x64'), { recursive: true });
  expect(folders()).toBeUndefined();
});
