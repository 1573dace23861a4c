import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs Biome with the given arguments, and installs it first where it is missing or not of the lock file's version.
 * Exits with Biome's exit code.
 */
const FOLDER = import.meta.dirname;
const MODULES = join(FOLDER, 'node_modules');
const PROGRAM = join(MODULES, '.bin/biome');

const versionIn = (lock: string): unknown =>
  existsSync(lock) && JSON.parse(readFileSync(lock, 'utf8')).packages['node_modules/@biomejs/biome'].version;

if (versionIn(join(MODULES, '.package-lock.json')) !== versionIn(join(FOLDER, 'package-lock.json'))) {
  console.error('installing Biome into test/lint/node_modules');
  run('npm', ['ci', '--prefix', FOLDER, '--no-audit', '--no-fund', '--loglevel=error']);
}
run(PROGRAM, process.argv.slice(2));

/** Ends this process with the program's exit code, unless it is 0. */
function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
