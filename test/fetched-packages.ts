import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The packages of a lock; those of no file are none. */
const packagesIn = (lock: string): string =>
  existsSync(lock)
    ? Object.entries<{ version?: string }>(JSON.parse(readFileSync(lock, 'utf8')).packages)
        .flatMap(([name, { version }]) => (name === '' ? [] : [`${name}@${version}`]))
        .join('\n')
    : '';

/**
 * Installs the packages of a folder with a lock of its own, the first time and whenever the lock has changed: what one slow test
 * needs and nobody else. To be called by that one test alone, since two installs at once would undo each other.
 * @returns what loads them. Types are up to whoever asks, so that a checkout without the packages compiles.
 */
export async function fetchedPackages(folder: string): Promise<(name: string) => unknown> {
  const installed = packagesIn(join(folder, 'node_modules/.package-lock.json'));
  if (installed !== packagesIn(join(folder, 'package-lock.json'))) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await promisify(execFile)('npm', ['ci', '--prefix', folder, ...options]);
  }
  return createRequire(join(folder, 'package.json'));
}
