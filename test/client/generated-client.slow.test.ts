import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT } from '../../infra/bundles.ts';
import { paint, png } from '../pictures.ts';
import { testWorld, type World } from '../world.ts';

/** A client is made from docs/openapi.json by openapi-typescript, compiled, and used over HTTP. */
const FOLDER = import.meta.dirname;
const installed = (lock: string): unknown =>
  existsSync(lock) && JSON.parse(readFileSync(lock, 'utf8')).packages['node_modules/openapi-typescript'].version;
const run = (program: string, args: string[]) =>
  execFileSync(join(FOLDER, 'node_modules/.bin', program), args, { cwd: FOLDER, encoding: 'utf8' });

let world: World;
const files = mkdtempSync(join(tmpdir(), 'headshot-client-'));

beforeAll(async () => {
  if (installed(join(FOLDER, 'node_modules/.package-lock.json')) !== installed(join(FOLDER, 'package-lock.json'))) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['ci', '--prefix', FOLDER, ...options], { stdio: 'inherit' });
  }
  world = await testWorld();
}, 120_000);
afterAll(async () => {
  rmSync(files, { recursive: true });
  await world?.end();
}, 30_000);

test('a program with a generated client sets, reads, deletes, and is refused in the words of the document', async () => {
  run('openapi-typescript', [join(PROJECT, 'docs/openapi.json'), '-o', join(FOLDER, 'program/v1.d.ts')]);
  // Throws with the compiler's words.
  run('tsc', ['-p', FOLDER]);
  const user = await world.newUser();
  const file = join(files, 'me.png');
  writeFileSync(file, await png({ picture: paint(90, 60, () => [200, 150, 120]) }));
  const env = { ...process.env, URL: world.url, TOKEN: user.token, USER_ID: user.id, FILE: file };
  const printed = execFileSync(process.execPath, [join(FOLDER, 'program/use-v1.ts')], { env, encoding: 'utf8' });
  expect(JSON.parse(printed)).toEqual({
    set: [200, 'published'],
    crop_by: 'centre',
    is_same_version: true,
    deleted: null,
    restored: [404, 'unknown-version'],
    undone: [409, 'nothing-to-undo'],
    found: [302, '/v1/default-photo/default_profile_48.png'],
    max_bytes: 4_500_000,
    health: 'ok',
    refused: 3,
  });
}, 120_000);
