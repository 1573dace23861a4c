import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { layerPackages, layerSource } from './layer-packages.ts';

// The last step of `npm ci`: installs sharp for Lambda's platform, whatever the machine is.
const project = resolve(import.meta.dirname, '..');
if (layerPackages(project, 'x86_64') === undefined) {
  const arguments_ = ['ci', '--prefix', layerSource('x86_64'), '--os=linux', '--cpu=x64', '--libc=glibc'];
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', [...arguments_, ...quiet], { cwd: project, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
