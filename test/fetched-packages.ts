import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The packages of a lock file; empty when there is no file. */
const packagesIn = (lock: string): string =>
  existsSync(lock)
    ? Object.entries<{ version?: string }>(JSON.parse(readFileSync(lock, 'utf8')).packages)
        .flatMap(([name, { version }]) => (name === '' ? [] : [`${name}@${version}`]))
        .join('\n')
    : '';

/**
 * Installs the packages of a folder that has its own lock file: the first time, and whenever the lock has changed. For
 * what one slow test needs and nobody else. Only that test may call it: two installs at once would undo each other.
 * @returns what loads a package. It is untyped, so that a checkout without the packages compiles
 */
export async function fetchedPackages(folder: string): Promise<(name: string) => unknown> {
  const installed = packagesIn(join(folder, 'node_modules/.package-lock.json'));
  if (installed !== packagesIn(join(folder, 'package-lock.json'))) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', ['ci', '--prefix', folder, ...options]);
  }
  return createRequire(join(folder, 'package.json'));
}
